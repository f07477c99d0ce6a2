"""Outlook's rich text, unpacked and read."""

import struct

import pytest

from channels.email.reading.rtf import DICTIONARY, unpacked, words

# The example of [MS-OXRTFCP] 4.1.
EXAMPLE = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)  # fmt: skip
PAGE = (
    rb"{\rtf1\ansi\ansicpg1251\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf \par\f0 \htmlrtf0 \'df\'ec\'e0"
    rb"{\*\htmltag84 &nbsp;}{\*\htmltag72 </p>}}"
)


def test_the_example_of_its_makers_unpacks() -> None:
    assert unpacked(EXAMPLE) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_a_run_may_reach_into_itself() -> None:
    at = len(DICTIONARY)
    packed = bytes((0b10, ord("x"))) + struct.pack(">H", at << 4 | 6) + bytes((1,)) + struct.pack(">H", (at + 9) << 4)
    assert unpacked(struct.pack("<IIII", len(packed) + 12, 9, 0x75465A4C, 0) + packed).startswith(b"x" * 9)


def test_what_was_never_packed_is_taken_as_it_is() -> None:
    assert unpacked(struct.pack("<IIII", 18, 6, 0x414C454D, 0) + b"{\\rtf}junk") == b"{\\rtf}"


@pytest.mark.parametrize("content", [b"", b"short", bytes(40)])
def test_what_is_no_rich_text_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"short|packed"):
        unpacked(content)


READ = {
    "code page": (rb"{\rtf1\ansi\ansicpg1251 \'df\'ec\'e0\par two}", "Яма\ntwo", False),
    "Unicode with a stand-in": (rb"{\rtf1 \u1071?\u1084?\u1072?!}", "Яма!", False),
    "hidden groups": (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\generator Msftedit;}{\pict 0102}Seen}", "Seen", False),
    "escaped signs": (rb"{\rtf1 a\{b\}c\\d}", "a{b}c\\d", False),
    "a page": (PAGE, "<p>Яма&nbsp;</p>", True),
    "never closed": (rb"{\rtf1 open", "open", False),
    "closed too often": (rb"}}}{\rtf1 on}", "on", False),
}


@pytest.mark.parametrize("name", READ)
def test_its_words_are_read(name: str) -> None:
    rtf, text, is_page = READ[name]
    assert words(rtf) == (text, is_page)
