"""``nlu-review``: phrases that an editor has reviewed become training data of the dialogue, in a new file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import yaml

from app.database import open_database
from app.settings import Settings
from core.clock import Clock, SystemClock
from core.quality.bot_marks import BotMarkDesk
from core.quality.examples import Chosen, Example, as_yaml, choose, phrases_in
from core.words import say
from db.engine import open_engine
from db.transactions import Transactions
from nlu import paths

KNOWN_IN = (paths.HOME / "data", paths.HOME / "dev")
"""What is trained, and what the training is measured by: a phrase of the one must not be in the other."""


async def export_reviewed(settings: Settings, folder: Path | None, *, again: bool = False) -> int:
    """Write the reviewed phrases that are new; no file is ever written over."""
    clock = SystemClock()
    with open_database(settings) as url:
        engine = open_engine(url)
        try:
            desk = BotMarkDesk(transactions=Transactions(engine), clock=clock)
            file, chosen = await write_reviewed(desk, clock, folder or KNOWN_IN[0], again=again)
        finally:
            await engine.dispose()
    for line in _told(file, chosen):
        print(line)  # noqa: T201
    return 0


async def write_reviewed(
    desk: BotMarkDesk, clock: Clock, folder: Path, *, again: bool = False, known_in: Sequence[Path] = KNOWN_IN
) -> tuple[Path | None, Chosen]:
    """The new file, None when there is nothing new, with what was left out."""
    marks = await desk.examples(again=again)
    reviewed = [Example(mark=one.id or 0, intent=one.right_intent, phrase=one.example) for one in marks]
    chosen = choose(reviewed, phrases_in(_documents([*known_in, folder])))
    file = _write(folder, clock.today(), as_yaml(chosen.kept)) if chosen.kept else None
    if done := [one.mark for one in (*chosen.kept, *chosen.known)]:
        await desk.note_export(done)
    return file, chosen


def _documents(folders: Sequence[Path]) -> list[dict[str, object]]:
    files = sorted({file.resolve() for folder in folders for file in folder.rglob("*.yml")})
    read = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    return [document for document in read if isinstance(document, dict)]


def _write(folder: Path, day: date, words: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for ending in ("", *(f"_{number}" for number in range(2, 1000))):
        file = folder / f"nlu_reviewed_{day.isoformat()}{ending}.yml"
        try:
            with file.open("x", encoding="utf-8") as opened:
                opened.write(words)
        except FileExistsError:
            continue
        return file
    raise FileExistsError(folder)


def _told(file: Path | None, chosen: Chosen) -> list[str]:
    lines = [say("nlu_review.written", file=file, count=len(chosen.kept)) if file else say("nlu_review.nothing")]
    lines += [say("nlu_review.known", count=len(chosen.known))] if chosen.known else []
    return lines + [say("nlu_review.personal", mark=one.mark) for one in chosen.personal]
