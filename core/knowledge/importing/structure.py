"""From paragraphs to articles: a heading is a title, what follows is the answer, labelled lines are fields."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing.vocabulary import Block, Note, RawArticle, labels, word_list

HEADING_LIMIT = 150
"""Characters; a longer paragraph without a style is text."""
ANSWER_LIMIT = 20_000
_LABEL = re.compile(r"([^:]{2,40}):\s*(.*)", re.DOTALL)
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2})")
_NUMBER = re.compile(r"\d{1,2}")
_ENDS = (".", ";", ",", ":", "!")


def build_articles(blocks: Sequence[Block]) -> list[RawArticle]:
    """Articles in order. Raises UnreadableDocument: EMPTY, NO_ARTICLES, or BAD_ARTICLE (with ``line``) for a bare heading."""
    blocks = [block for block in blocks if block.text.strip()]
    if not blocks:
        raise UnreadableDocument(Unreadable.EMPTY)
    guessed = not any(block.level is not None for block in blocks)
    if guessed:
        blocks = _guess_headings(blocks)
    groups = _groups(blocks)
    if not groups:
        return [_article(blocks[0], blocks[1:], [Note.NO_HEADINGS])] if len(blocks) > 1 else _nothing()
    found = [_article(heading, body, [Note.NO_HEADINGS] if guessed else []) for heading, body in groups if body]
    _check_bare(groups)
    return found or _nothing()


def _nothing() -> list[RawArticle]:
    raise UnreadableDocument(Unreadable.NO_ARTICLES)


def _groups(blocks: Sequence[Block]) -> list[tuple[Block, list[Block]]]:
    groups: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        if block.level is not None:
            groups.append((block, []))
        elif groups:
            groups[-1][1].append(block)
    return groups


def _check_bare(groups: Sequence[tuple[Block, list[Block]]]) -> None:
    """A heading may stand bare only above deeper ones; lines are known in Markdown only."""
    following = [*groups[1:], (Block(text="", level=0), [])]
    for (heading, body), (after, _) in zip(groups, following, strict=True):
        deeper = (after.level or 0) > (heading.level or 0)
        if not body and not deeper and heading.line is not None:
            raise UnreadableDocument(Unreadable.BAD_ARTICLE, line=heading.line, field="answer", why="required")


def _guess_headings(blocks: Sequence[Block]) -> list[Block]:
    """For documents without styles: a short line without an end mark above a longer paragraph, or a short question above any."""
    last = Block(text="")
    return [
        Block(text=block.text, level=1, line=block.line) if _may_head(block, after) else block
        for block, after in pairwise([*blocks, last])
    ]


def _may_head(block: Block, after: Block) -> bool:
    text = block.text
    if len(text) > HEADING_LIMIT or block.is_item or text.endswith(_ENDS) or _label(text) or not text[:1].isalnum():
        return False
    if " | " in text or text[:1].islower():
        return False
    return len(after.text) > len(text) and after.text.endswith((*_ENDS, "?")) and not after.text.endswith("?")


def _article(heading: Block, body: Sequence[Block], notes: Sequence[Note]) -> RawArticle:
    raw = RawArticle(title=heading.text[:300], line=heading.line, notes=[note.value for note in notes])
    answer: list[str] = []
    field = "answer"
    for block in body:
        labelled = _label(block.text)
        if labelled:
            field, rest = labelled
            field = _take(raw, answer, field, rest) if rest else field
        elif field == "questions" and not _may_be_question(block):
            field = _take(raw, answer, "answer", block.text)
        else:
            field = _take(raw, answer, field, _as_item(block) if field == "answer" else block.text)
    raw.answer = "\n".join(answer)
    if not raw.answer:
        raw.answer = raw.spoken
    if len(raw.answer) > ANSWER_LIMIT:
        raw.answer = raw.answer[:ANSWER_LIMIT]
        raw.notes.append(Note.SHORTENED)
    return raw


def _may_be_question(block: Block) -> bool:
    return block.is_item or (len(block.text) <= HEADING_LIMIT and not block.text.endswith(_ENDS))


def _as_item(block: Block) -> str:
    return f"\u2022 {block.text}" if block.is_item else block.text


def _label(text: str) -> tuple[str, str] | None:
    match = _LABEL.fullmatch(text)
    name = labels().get(" ".join(match[1].casefold().split())) if match else None
    return (name, match[2].strip()) if match and name else None


def _take(raw: RawArticle, answer: list[str], field: str, text: str) -> str:
    """Put the text into the field; gives the field that goes on: lists and the answer do, single values end."""
    if field == "questions":
        raw.questions += [part.strip() for part in re.split(r";|(?<=\?)", text) if part.strip(" .")]
        return field
    if field == "item_no":
        number = _NUMBER.search(text)
        raw.item_no = int(number[0]) if number and 1 <= int(number[0]) <= 18 else None
    elif field in ("confirmed_on", "valid_until"):
        setattr(raw, field, _iso(text))
    elif field == "restricted":
        raw.restricted = text.casefold().strip(" .") in word_list("truths")
    elif field in ("spoken", "source", "department"):
        setattr(raw, field, text[:300])
    else:
        answer.append(text)
    return "answer"


def _iso(text: str) -> str | None:
    match = _DATE.search(text)
    if match is None:
        return None
    parts = (match[3], match[2], match[1]) if match[3] else (match[4], match[5], match[6])
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return None
