"""Names and addresses out of headers, as they are and not only as RFC 5322 wants them."""

import re
from collections.abc import Iterator
from email.message import Message

from channels.email.reading.encoded_words import cleaned, words
from channels.email.reading.remarks import PEOPLE
from channels.email.reading.safely import raw_headers
from core.mail.port import MailPerson

ADDRESS = re.compile(r"^[^\s<>@,;:\"()\[\]\\]{1,64}@[^\s<>@,;:\"()\\]{1,255}$")
LONGEST_NAME = 200
IDS = re.compile(r"<[^<>\s]{1,900}>")


def people(message: Message, name: str, *, most: int = PEOPLE) -> list[MailPerson]:
    """Those of all headers of that name; never more than ``most`` + 1, so that one sees that there were more."""
    found = list[MailPerson]()
    for raw in raw_headers(message, name):
        for entry in _entries(raw):
            person = _person(entry)
            if person.name or person.address:
                found.append(person)
            if len(found) > most:
                return found
    return found


def person(message: Message, name: str) -> MailPerson:
    """The first with an address; else the first; else nobody."""
    found = people(message, name)
    return next((one for one in found if one.address), found[0] if found else MailPerson())


def address(raw: str) -> str:
    """A bare address, with angle brackets or without, in lower case; empty when it is none."""
    text = words(raw).strip(" <>'\"").rpartition(":")[2].lower()
    return text if ADDRESS.match(text) else ""


def ids(message: Message, name: str) -> tuple[str, ...]:
    """Message-IDs with their angle brackets."""
    return tuple(dict.fromkeys(cleaned(one) for raw in raw_headers(message, name) for one in IDS.findall(words(raw))))


def _entries(raw: str) -> Iterator[str]:
    """Split at the commas and semicolons outside of quotes, brackets and comments; a group's name is left out."""
    start, closing, depth, position = 0, "", 0, 0
    while position < len(raw):
        sign = raw[position]
        if sign == "\\":
            position += 1
        elif closing == ")":
            depth += (sign == "(") - (sign == ")")
            closing = ")" if depth else ""
        elif closing:
            closing = "" if sign == closing else closing
        elif sign in OPENING:
            closing = OPENING[sign] if OPENING[sign] in raw[position + 1 : position + REACH] else ""
            depth = 1
        elif sign in ",;":
            yield raw[start:position]
            start = position + 1
        elif sign == ":" and "@" not in raw[start:position]:
            start = position + 1
        position += 1
    yield raw[start:]


OPENING = {'"': '"', "<": ">", "(": ")"}
REACH = 2000
"""What is not closed within so many signs was not opened."""


def _person(entry: str) -> MailPerson:
    before, bracket, rest = entry.rpartition("<")
    inside, _, after = rest.partition(">")
    if bracket and (found := address(inside)):
        return MailPerson(name=_name(before or after), address=found)
    comment = re.search(r"\(([^()]{0,500})\)", entry)
    bare = entry[: comment.start()] + entry[comment.end() :] if comment else entry
    for word in bare.split():
        if found := address(word):
            return MailPerson(name=_name(comment[1] if comment else bare.replace(word, "")), address=found)
    return MailPerson(name=_name(entry))


def _name(raw: str) -> str:
    """Encoded words are read within quotes too, where they should not be."""
    text = re.sub(r"\\(.)", r"\1", words(raw.strip())).strip(" '\"<>")
    return text.replace('"', "")[:LONGEST_NAME]
