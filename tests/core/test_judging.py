"""A file is judged by its content before anybody keeps it or gets it."""

import io
import zipfile

import pytest

from core.errors import Invalid
from core.judging import Fault, FileJudge, NotScanned, fault_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        pytest.param("двор.png", PNG, None, id="a picture"),
        pytest.param("записка.pdf", b"\n%PDF-1.7", None, id="a PDF with something before it"),
        pytest.param("слова.txt", "слова".encode(), None, id="words"),
        pytest.param("письмо.docx", zipped(word__document_dot_xml=b"<w/>"), None, id="a document"),
        pytest.param("архив.zip", zipped(a_dot_txt=b"words"), None, id="an archive"),
        pytest.param("пусто.png", b"", None, id="nothing: the desk says so"),
        pytest.param("двор.jpg", b"MZ\x90\x00", Fault.PROGRAM, id="a program under the name of a picture"),
        pytest.param("двор.jpg.exe", PNG, Fault.PROGRAM, id="two endings"),
        pytest.param("двор", b"\x7fELF\x02", Fault.PROGRAM, id="a program without an ending"),
        pytest.param("скрипт.txt", b"#!/bin/sh\n", Fault.PROGRAM, id="a script"),
        pytest.param("архив.zip", zipped(photo_dot_jpg_dot_exe=b"x"), Fault.PROGRAM, id="a program in an archive"),
        pytest.param("письмо.docx", zipped(word__vbaProject_dot_bin=b"x"), Fault.MACROS, id="macros"),
        pytest.param("архив.zip", zipped(zeroes=bytes(60 * 1024 * 1024)), Fault.BOMB, id="a bomb"),
        pytest.param("двор.png", b"<svg onload=alert(1)>", Fault.DISGUISED, id="a page under the name of a picture"),
        pytest.param("записка.pdf", b"words", Fault.DISGUISED, id="words under the name of a PDF"),
        pytest.param("письмо.docx", b"words", Fault.DISGUISED, id="words under the name of a document"),
    ],
)
def test_the_content_tells_what_a_file_is(name: str, content: bytes, fault: Fault | None) -> None:
    assert fault_of(name, content) is fault


class Scanner:
    """Finds the word "virus"; away when told so."""

    def __init__(self, *, is_away: bool = False) -> None:
        self.is_away = is_away

    async def is_infected(self, content: bytes) -> bool:
        if self.is_away:
            raise NotScanned("ConnectionRefusedError")
        return b"virus" in content


@pytest.mark.clause("2.10")
async def test_an_infected_file_is_not_taken_in_and_none_is_while_the_scanner_is_away() -> None:
    assert await FileJudge(Scanner()).must_be_good("a.txt", b"words") == b"words"
    for judge, content, fault in (
        (FileJudge(Scanner()), b"a virus", "infected"),
        (FileJudge(Scanner(is_away=True)), b"words", "unscanned"),
        (FileJudge(), b"MZ", "program"),
    ):
        with pytest.raises(Invalid) as refused:
            await judge.must_be_good("a.txt", content)
        assert refused.value.facts["fields"] == {"file": fault}


async def test_a_desk_that_reads_the_document_says_itself_that_it_is_none_but_a_virus_is_one() -> None:
    assert await FileJudge(Scanner()).must_be_good("a.docx", b"words", is_read=True) == b"words"
    with pytest.raises(Invalid):
        await FileJudge(Scanner()).must_be_good("a.docx", b"a virus", is_read=True)
