"""What a mail says: its text parts chosen, decoded and joined."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email.reading import markup, tnef
from channels.email.reading.charsets import decoded
from channels.email.reading.remarks import PAGE, TEXT, Budget
from channels.email.reading.tree import MAILS, Part
from channels.email.reading.uuencoded import taken_out

META = re.compile(rb"(?i)<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?([a-z0-9_\-]{2,40})")
UNSEEN = {number: None for number in (*range(32), 127, 0xFEFF) if number not in {9, 10}}
HOLLOW = re.compile(r"\bhtml\b", re.IGNORECASE)
"""A plain part that speaks of HTML, and that the page does not repeat, only says that there is one."""
BRIEF = 400
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
LETTERS = re.compile(r"[^\W_]")
PGP_SIGNED, PGP_SIGNATURE, PGP_END = (
    f"-----{words}-----" for words in ("BEGIN PGP SIGNED MESSAGE", "BEGIN PGP SIGNATURE", "END PGP SIGNATURE")
)
PGP_LOCKED = "-----BEGIN PGP MESSAGE-----"


@dataclass(slots=True, kw_only=True)
class Piece:
    """One thing that is said, in plain text, in HTML or in both."""

    plain: str = ""
    html: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether the plain text is the one to read."""
        if not self.html:
            return True
        if not LETTERS.search(self.plain):
            return False
        if len(self.plain) > BRIEF or not HOLLOW.search(self.plain):
            return True
        return _squeezed(self.plain) in _squeezed(markup.text_of(self.html))


@dataclass(slots=True, kw_only=True)
class Said:
    """``text`` is the whole; ``cutting`` the same without what is quoted in containers; ``html`` is safe.

    ``taken`` are files that were written into a text.
    """

    text: str = ""
    cutting: str = ""
    html: str = ""
    html_was: bool = False
    is_signed: bool = False
    taken: list[tuple[str, bytes]] = field(default_factory=list)


def said_in(root: Part, budget: Budget) -> Said:
    """The whole of what a mail says; where it says nothing itself, what the first mail within it says."""
    said = Said()
    pieces = _speaking(_pieces(root, budget, said))
    for inner in [part for part in root.walk() if part.media_type in MAILS and part.children]:
        if pieces:
            break
        pieces = _speaking(_pieces(inner.children[0], budget, said))
    if not pieces:
        pieces = _speaking(_parcels(root)) or _speaking(_epilogues(root, budget, said))
    _join(said, pieces, budget)
    return said


def _speaking(pieces: Iterator[Piece]) -> list[Piece]:
    return [piece for piece in pieces if LETTERS.search(piece.plain) or piece.html.strip()]


def _pieces(part: Part, budget: Budget, said: Said) -> Iterator[Piece]:
    kind = part.media_type
    if kind in MAILS or part.is_epilogue:
        return
    if kind == "multipart/alternative":
        yield from _alternative(part, budget, said)
    elif part.children:
        for child in part.children:
            yield from _pieces(child, budget, said)
    elif is_text(part):
        yield _piece(part, budget, said)


def _alternative(part: Part, budget: Budget, said: Said) -> Iterator[Piece]:
    """The same said in several ways: the last HTML and all that is plain."""
    found = [piece for child in part.children for piece in _pieces(child, budget, said)]
    html = next((piece.html for piece in reversed(found) if piece.html), "")
    if found:
        yield Piece(plain="\n\n".join(piece.plain for piece in found if piece.plain), html=html)


def is_text(part: Part) -> bool:
    """Whether the part is said and not attached."""
    has_name = part.disposition.get("filename") or part.content_type.get("name")
    is_apart = part.disposition.value == "attachment" or (has_name and part.disposition.value != "inline")
    return part.media_type in {"text/plain", "text/html", "text/enriched"} and not is_apart and not part.children


def _piece(part: Part, budget: Budget, said: Said) -> Piece:
    text = words_of(part, budget)
    if part.media_type == "text/html" or markup.is_html(text):
        return Piece(html=_bounded(text, PAGE, budget))
    text = _bounded(text, TEXT, budget)
    if "\nbegin " in f"\n{text}":
        text, taken = taken_out(text)
        said.taken += taken
    if part.content_type.get("format").lower() == "flowed":
        text = unflowed(text, joins=part.content_type.get("delsp").lower() == "yes")
    if PGP_LOCKED in text:
        budget.remark("encrypted")
    bare = _unsigned(text)
    said.is_signed |= bare != text
    return Piece(plain=bare)


def _unsigned(text: str) -> str:
    """Without the frame of PGP's clear signature (RFC 9580, 7); the text itself when there is none."""
    before, begin, rest = text.partition(PGP_SIGNED)
    inside, signature, tail = rest.partition(PGP_SIGNATURE)
    if not begin or not signature:
        return text
    _, _, body = inside.partition("\n\n")
    return before + re.sub(r"(?m)^- ", "", body).rstrip("\n") + tail.partition(PGP_END)[2]


def words_of(part: Part, budget: Budget) -> str:
    """A text part decoded, with ``\\n`` at the ends of lines and no other control signs."""
    content = part.content[: 4 * PAGE]
    charset = part.content_type.get("charset")
    if not charset and part.media_type == "text/html" and (found := META.search(content[:4096])):
        charset = found[1].decode("ascii")
    text, is_guessed = decoded(content, charset)
    if is_guessed:
        budget.remark("charset_guessed")
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(UNSEEN)


def _bounded(text: str, most: int, budget: Budget) -> str:
    if len(text) > most:
        budget.remark("text_cut")
    return text[:most]


def unflowed(text: str, *, joins: bool) -> str:
    """Lines that end with a space go on in the next (RFC 3676); ``joins``: that space is no part of the text."""
    lines, open_mark = list[str](), ""
    for line in text.split("\n"):
        bare = line.lstrip(">")
        mark, bare = line[: len(line) - len(bare)], bare.removeprefix(" ")
        # A line of hyphens is a divider, which Outlook Express ends with a space too.
        goes_on = bare.endswith(" ") and not bare.endswith("-- ")
        shown = bare[:-1] if goes_on and joins else bare
        if lines and open_mark == f"{mark}+" and bare != "-- ":
            lines[-1] += shown
        else:
            lines.append(f"{mark} {shown}" if mark else shown)
        open_mark = f"{mark}+" if goes_on else ""
    return "\n".join(lines)


def _parcels(root: Part) -> Iterator[Piece]:
    for part in root.walk():
        name = part.disposition.get("filename") or part.content_type.get("name")
        if not part.children and (part.media_type in TNEF or name.lower() == "winmail.dat"):
            parcel = tnef.opened(part.content)
            yield Piece(plain=parcel.text.replace("\r\n", "\n")[:TEXT], html=parcel.html[:PAGE])


def _epilogues(root: Part, budget: Budget, said: Said) -> Iterator[Piece]:
    for part in root.walk():
        if part.is_epilogue:
            yield _piece(part, budget, said)


def _join(said: Said, pieces: list[Piece], budget: Budget) -> None:
    whole, cutting, pages = list[str](), list[str](), list[str]()
    for piece in pieces:
        if piece.is_plain:
            whole.append(piece.plain.strip("\n"))
            cutting.append(piece.plain.strip("\n"))
        else:
            text = markup.text_of(piece.html)
            whole.append(text)
            cutting.append(markup.text_of(piece.html, quoted=False))
            said.html_was = True
        pages.append(markup.safe(piece.html) if piece.html else markup.from_text(piece.plain))
    said.text = _bounded("\n\n".join(text for text in whole if text), TEXT, budget)
    said.cutting = "\n\n".join(text for text in cutting if text)
    if any(piece.html for piece in pieces):
        said.html = "\n".join(pages)[: 2 * PAGE]


def _squeezed(text: str) -> str:
    return "".join(text.lower().split())
