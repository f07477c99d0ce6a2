"""Text with entities: HTML as Telegram reads it, offsets in UTF-16 units, and the entities that clients find by themselves."""

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.errors import Refusal, bad_request

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_REFERENCES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z0-9.-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([a-zA-Z0-9./:_-]+)))?""")
_TAG = re.compile(r"<(/?)([a-zA-Z0-9-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_INVISIBLE = " \t\r\n\v\f\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_FOUND = re.compile(
    r"(?P<url>\b(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<mention>(?<![\w/])@[A-Za-z]\w{3,31})"
    r"|(?P<bot_command>(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@\w+)?)"
    r"|(?P<hashtag>(?<!\w)#\w*[^\W\d]\w*)"
    r"|(?P<phone_number>(?<![\w+])\+\d[\d ()-]{8,18}\d(?!\w))"
)


@dataclass(slots=True)
class Formatted:
    """A text and its entities."""

    text: str
    entities: list[Entity] = field(default_factory=list)


def units(text: str) -> int:
    """Length in UTF-16 units, the measure of all offsets and limits."""
    return len(text.encode("utf-16-le")) // 2


def cannot_parse(reason: str) -> Refusal:
    """The refusal of a text whose markup is broken."""
    return bad_request(f"can't parse entities: {reason}")


def parse_html(source: str) -> Formatted:
    """Read Telegram's HTML. Raises Refusal "can't parse entities"."""
    out: list[str] = []
    stack: list[tuple[str, int, Entity | None]] = []
    entities: list[Entity] = []
    position = 0
    length = 0
    while position < len(source):
        if source[position] == "<":
            tag = _TAG.match(source, position)
            if tag is None:
                raise cannot_parse(f"Unclosed start tag at byte offset {_bytes(source, position)}")
            _take_tag(tag, stack, entities, length, _bytes(source, position))
            position = tag.end()
            continue
        piece, position = _text_at(source, position)
        out.append(piece)
        length += units(piece)
    if stack:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1][0]}"')
    return Formatted("".join(out), _ordered(entities))


def _text_at(source: str, position: int) -> tuple[str, int]:
    reference = _REFERENCE.match(source, position) if source[position] == "&" else None
    if reference is None:
        stop = next((i for i in range(position + 1, len(source)) if source[i] in "<&"), len(source))
        return source[position:stop], stop
    decimal, hexadecimal, name = reference.groups()
    code = int(decimal) if decimal else int(hexadecimal or "0", 16)
    if name is None and not (0 < code < 0x110000 and not 0xD800 <= code < 0xE000):
        return source[position : reference.end()], reference.end()
    return _REFERENCES[name] if name else chr(code), reference.end()


def _take_tag(tag: re.Match[str], stack: list[tuple[str, int, Entity | None]], entities: list[Entity], at: int, byte: int) -> None:
    closing, name, rest = tag.group(1), tag.group(2).lower(), tag.group(3)
    if not closing:
        if name not in _TAGS:
            raise cannot_parse(f'Unsupported start tag "{name}" at byte offset {byte}')
        stack.append((name, at, _opened(name, _attributes(rest), stack, byte)))
        return
    if not stack:
        raise cannot_parse(f"Unexpected end tag at byte offset {byte}")
    opened, start, entity = stack.pop()
    if name and name != opened:
        raise cannot_parse(f'Unmatched end tag at byte offset {byte}, expected "</{opened}>", found "</{name}>"')
    if entity is not None and at > start:
        entities.append({"type": entity["type"], "offset": start, "length": at - start} | entity)


def _opened(name: str, attributes: dict[str, str], stack: list[tuple[str, int, Entity | None]], byte: int) -> Entity | None:
    entity: Entity = {"type": _TAGS[name]}
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {byte}')
    if name == "a":
        url = attributes.get("href", "")
        return entity | {"url": url} if re.match(r"(https?|tg|mailto|tel):", url) else None
    if name == "code" and stack and stack[-1][0] == "pre":
        outer = stack[-1][2]
        language = attributes.get("class", "").removeprefix("language-")
        if outer is not None and language:
            outer["language"] = language
        return None
    if name == "blockquote" and "expandable" in attributes:
        entity["type"] = "expandable_blockquote"
    if name == "tg-emoji":
        entity["custom_emoji_id"] = attributes.get("emoji-id", "")
    return entity


def _attributes(rest: str) -> dict[str, str]:
    return {m[1].lower(): _unescaped(m[2] or m[3] or m[4] or "") for m in _ATTRIBUTE.finditer(rest)}


def _unescaped(value: str) -> str:
    return _REFERENCE.sub(lambda m: _text_at(m.group(0), 0)[0], value)


def _bytes(source: str, position: int) -> int:
    return len(source[:position].encode())


def _ordered(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda e: (e["offset"], -e["length"]))


def explicit(text: str, entities: list[Entity]) -> Formatted:
    """Entities given by the caller. Raises Refusal when one is outside the text or splits a character."""
    raw = text.encode("utf-16-le")
    end = len(raw) // 2
    for entity in entities:
        offset, length = entity["offset"], entity["length"]
        if offset < 0 or length <= 0 or offset + length > end:
            raise cannot_parse(f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset {end}")
        for edge in (offset, offset + length):
            if edge < end and 0xDC00 <= int.from_bytes(raw[2 * edge : 2 * edge + 2], "little") < 0xE000:
                raise cannot_parse(f"entity begins or ends in a middle of a UTF-16 symbol at UTF-16 offset {edge}")
    return Formatted(text, _ordered(entities))


def trimmed(formatted: Formatted) -> Formatted:
    """Drop blank edges as the server does, moving the entities along."""
    text = formatted.text.rstrip()
    lead = units(text) - units(text.lstrip())
    text, end, kept = text.lstrip(), units(text.lstrip()), []
    for entity in formatted.entities:
        start = max(0, entity["offset"] - lead)
        stop = min(end, entity["offset"] + entity["length"] - lead)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return Formatted(text, kept)


def is_blank(text: str) -> bool:
    """Whether nothing can be seen in the text."""
    return not text.strip(_INVISIBLE)


def discovered(formatted: Formatted) -> Formatted:
    """Add links, addresses, commands, hashtags and phones that every client finds in plain text."""
    taken = [(e["offset"], e["offset"] + e["length"]) for e in formatted.entities if e["type"] in ("code", "pre", "text_link")]
    extra: list[Entity] = []
    for match in _FOUND.finditer(formatted.text):
        offset, length = units(formatted.text[: match.start()]), units(match.group())
        if match.lastgroup and not any(start < offset + length and offset < stop for start, stop in taken):
            extra.append({"type": match.lastgroup, "offset": offset, "length": length})
    return Formatted(formatted.text, _ordered(formatted.entities + extra))
