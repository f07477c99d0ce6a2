"""What is sent for one delivery, as a list of native steps; pure, so that a retry finds the same steps and skips the done ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, pairwise
from typing import Any

from bots.outgoing import OutFile, out_file
from bots.raw import clean_text
from bots.splitting import CAPTION_UNITS, split_text, units
from core.channels import Outbound

ALBUM = 10
"""Photos in one album."""


class StepKind(StrEnum):
    """A native deed."""

    TEXT = "text"
    EDIT_TEXT = "edit_text"
    EDIT_BUTTONS = "edit_buttons"
    FILE = "file"
    ALBUM = "album"
    CONTACT = "contact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call: ``text`` is a message, a caption or a contact's name."""

    kind: StepKind
    text: str = ""
    files: tuple[OutFile, ...] = ()
    phone: str = ""
    reply_to: int | None = None
    edit_of: int | None = None
    keyboard: bool = False


def lay_out(outbound: Outbound) -> tuple[Step, ...]:
    """The steps of a delivery in order; the first one answers ``reply_to``, the keyboard hangs on the last words."""
    content = outbound.content
    text = clean_text(str(content.get("text") or "")).strip()
    files = tuple(out_file(file) for file in content.get("files") or ())
    if edit_of := _number(content.get("edit_of")):
        steps = [*_edits(text, edit_of), *_file_steps(files, "", alone=False)]
    else:
        steps = [*_says(text, files, keyboard=has_keyboard(content)), *_contacts(content.get("phones") or ())]
    if steps and (reply_to := _number(content.get("reply_to"))) and not edit_of:
        steps[0] = replace(steps[0], reply_to=reply_to)
    return tuple(_with_keyboard(steps) if has_keyboard(content) else steps)


def has_keyboard(content: Mapping[str, Any]) -> bool:
    """Whether something is to be drawn or taken away under the message."""
    return any(content.get(key) for key in ("buttons", "menu", "ask_contact", "remove_keyboard"))


def _says(text: str, files: Sequence[OutFile], *, keyboard: bool) -> list[Step]:
    """Short words become the caption of the first file, unless an album, which takes no keyboard, would have to carry one."""
    albums = _would_be_album(files)
    captioned = bool(files) and 0 < units(text) <= CAPTION_UNITS and not (keyboard and (albums or len(files) > 1))
    texts = [] if captioned else [Step(kind=StepKind.TEXT, text=piece) for piece in split_text(text)]
    caption = text if captioned else ""
    return [*texts, *_file_steps(files, caption, alone=keyboard and not texts)]


def _edits(text: str, edit_of: int) -> list[Step]:
    """The first piece replaces the old words; what is longer follows as new messages."""
    if not text:
        return [Step(kind=StepKind.EDIT_BUTTONS, edit_of=edit_of)]
    first, *rest = split_text(text)
    edited = Step(kind=StepKind.EDIT_TEXT, text=first, edit_of=edit_of)
    return [edited, *(Step(kind=StepKind.TEXT, text=piece) for piece in rest)]


def _file_steps(files: Sequence[OutFile], caption: str, *, alone: bool) -> list[Step]:
    """Neighbouring photos go as albums, everything else one by one; ``alone``: all one by one."""
    steps: list[Step] = []
    for is_photo, run in groupby(files, key=lambda file: file.kind == "photo"):
        group = list(run)
        width = ALBUM if is_photo and not alone else 1
        for start in range(0, len(group), width):
            chosen = tuple(group[start : start + width])
            kind = StepKind.ALBUM if len(chosen) > 1 else StepKind.FILE
            steps.append(Step(kind=kind, files=chosen, text=caption))
            caption = ""
    return steps


def _contacts(phones: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Cards to tap for a call: the only form that works for short numbers such as 112."""
    return [Step(kind=StepKind.CONTACT, phone=str(phone["phone"]), text=clean_text(str(phone["title"]))[:64]) for phone in phones]


def _with_keyboard(steps: list[Step]) -> list[Step]:
    """The keyboard hangs on the last words, or on the last file when there are none."""
    speaking = [at for at, step in enumerate(steps) if step.kind in _SPEAKING]
    able = speaking or [at for at, step in enumerate(steps) if step.kind is not StepKind.ALBUM]
    if able:
        steps[able[-1]] = replace(steps[able[-1]], keyboard=True)
    return steps


_SPEAKING = frozenset({StepKind.TEXT, StepKind.EDIT_TEXT, StepKind.EDIT_BUTTONS})


def _would_be_album(files: Sequence[OutFile]) -> bool:
    return any(former.kind == latter.kind == "photo" for former, latter in pairwise(files))


def _number(value: object) -> int | None:
    """A Telegram message's number as the core kept it; None when it is none."""
    given = str(value or "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
