"""MarkdownV2 as Telegram reads it: reserved characters must be escaped, tags must be closed."""

import re

from sandbox.telegram.entities import Entity, Formatted, cannot_parse, units

_MARKS = {
    "*": "bold",
    "_": "italic",
    "__": "underline",
    "~": "strikethrough",
    "||": "spoiler",
    "`": "code",
    "```": "pre",
    "[": "text_link",
}
_TOKEN = re.compile(r"\\([!-/:-@\[-`{-~])|(```|`|\|\||__|\*|_|~|\[|\])", re.DOTALL)
_RESERVED = "()>#+-=|{}.!"
_LANGUAGE = re.compile(r"([a-zA-Z0-9_+#-]+)?\n")
_TARGET = re.compile(r"\(((?:\\.|[^)\\])*)\)")


def parse_markdown(source: str) -> Formatted:
    """Read MarkdownV2. Raises Refusal "can't parse entities"."""
    return _Reader(source).read()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._position = 0
        self._out: list[str] = []
        self._length = 0
        self._stack: list[tuple[str, int, Entity]] = []
        self._entities: list[Entity] = []

    def read(self) -> Formatted:
        while self._position < len(self._source):
            token = _TOKEN.match(self._source, self._position)
            if token is None:
                self._plain(self._source[self._position])
            elif token.group(1):
                self._put(token.group(1))
                self._position = token.end()
            else:
                self._mark(token.group(2), token.end())
        if self._stack:
            raise cannot_parse(f"Can't find end of {self._stack[-1][2]['type']} entity at byte offset {self._byte()}")
        return Formatted("".join(self._out), sorted(self._entities, key=lambda e: (e["offset"], -e["length"])))

    def _plain(self, char: str) -> None:
        if char in _RESERVED and not self._inside_code():
            raise cannot_parse(f"Character '{char}' is reserved and must be escaped with the preceding '\\'")
        self._put(char)
        self._position += 1

    def _mark(self, mark: str, end: int) -> None:
        opened = self._stack[-1][0] if self._stack else ""
        if self._inside_code() and mark != opened:
            self._put(mark)
        elif mark == opened:
            self._close(self._stack.pop()[1:])
        elif mark == "]":
            end = self._link(end)
        else:
            entity: Entity = {"type": _MARKS[mark]}
            if mark == "```" and (language := _LANGUAGE.match(self._source, end)):
                end = language.end()
                if language.group(1):
                    entity["language"] = language.group(1)
            self._stack.append((mark, self._length, entity))
        self._position = end

    def _link(self, end: int) -> int:
        if not self._stack or self._stack[-1][0] != "[":
            raise cannot_parse("Character ']' is reserved and must be escaped with the preceding '\\'")
        _, start, entity = self._stack.pop()
        target = _TARGET.match(self._source, end)
        if target is None:
            return end
        self._close((start, entity | {"url": re.sub(r"\\(.)", r"\1", target.group(1))}))
        return target.end()

    def _close(self, opened: tuple[int, Entity]) -> None:
        start, entity = opened
        if self._length > start:
            self._entities.append({"type": entity["type"], "offset": start, "length": self._length - start} | entity)

    def _inside_code(self) -> bool:
        return bool(self._stack) and self._stack[-1][0] in ("`", "```")

    def _put(self, text: str) -> None:
        self._out.append(text)
        self._length += units(text)

    def _byte(self) -> int:
        return len(self._source[: self._position].encode())
