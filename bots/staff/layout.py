"""What is sent for one post, as a list of native steps; pure, so that a retry finds the same steps and skips the done ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bots.outgoing import OutFile, out_file
from bots.raw import clean_text
from bots.splitting import CAPTION_UNITS, split_text, units

TITLE_LIMIT = 64
DATA_LIMIT = 64
"""Bytes of a button's data."""

Rows = Sequence[Sequence[tuple[str, str]]]
"""Buttons as (title, data)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: ``text`` is a message or the file's caption; its first ``bold`` units are the name of who says it."""

    text: str = ""
    bold: int = 0
    file: OutFile | None = None
    rows: Rows = ()
    reply_to: int | None = None


def lay_out(content: Mapping[str, Any]) -> tuple[Step, ...]:
    """The steps of a post in order: words that fit go under the first file, the buttons hang on the last words."""
    head = clean_text(str(content.get("head") or "")).strip()
    words = clean_text(str(content.get("text") or "")).strip()
    files = [out_file(file) for file in content.get("files") or ()]
    text = "\n".join(part for part in (head, words) if part)
    bold = units(head)
    if files and units(text) <= CAPTION_UNITS:
        steps = [Step(file=file, text=text if at == 0 else "", bold=bold if at == 0 else 0) for at, file in enumerate(files)]
    else:
        pieces = split_text(text)
        steps = [Step(text=piece, bold=min(bold, units(piece)) if at == 0 else 0) for at, piece in enumerate(pieces)]
        last = [replace(steps.pop(), rows=rows_of(content))] if steps else []
        steps += [*last, *(Step(file=file) for file in files)]
    reply_to = content.get("reply_to")
    if steps and isinstance(reply_to, int):
        steps[0] = replace(steps[0], reply_to=reply_to)
    return tuple(steps)


def card_step(card: Mapping[str, Any]) -> Step:
    """The pinned card of a topic: one message whatever its length."""
    pieces = split_text(clean_text(str(card.get("text") or "")))
    return Step(text=pieces[0] if pieces else "\u2026", rows=rows_of(card))


def rows_of(content: Mapping[str, Any]) -> Rows:
    """The buttons of a content; those whose data Telegram would refuse are left out."""
    rows = content.get("buttons") or ()
    made = [[(_title(button), str(button["data"])) for button in row if _fits(button)] for row in rows]
    return [row for row in made if row]


def _title(button: Mapping[str, Any]) -> str:
    title = " ".join(clean_text(str(button.get("title") or "")).split())
    return title if len(title) <= TITLE_LIMIT else f"{title[: TITLE_LIMIT - 1]}\u2026"


def _fits(button: Mapping[str, Any]) -> bool:
    return 0 < len(str(button.get("data") or "").encode()) <= DATA_LIMIT and bool(str(button.get("title") or "").strip())
