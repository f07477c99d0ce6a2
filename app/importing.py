"""``import-kb``: documents of departments become drafts of articles (reg. 4.5)."""

from pathlib import Path

from app.database import open_database
from app.settings import Settings
from core.clock import SystemClock
from core.errors import OfficeError
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.embedding import open_embedder
from core.words import say
from db.engine import open_engine
from db.transactions import Transactions


async def import_files(settings: Settings, files: list[Path]) -> int:
    """Import each file by its content; 1 when any could not be read, with the reason in Russian."""
    with open_database(settings) as url:
        return await _import(url, files)


async def _import(url: str, files: list[Path]) -> int:
    engine = open_engine(url)
    desk = KnowledgeDesk(transactions=Transactions(engine), clock=SystemClock(), embedder=open_embedder())
    failed = 0
    try:
        for file in files:
            try:
                drafts = await desk.import_drafts(file.read_bytes(), file.name)
                print(say("import.done", file=file.name, count=len(drafts)))  # noqa: T201
            except (OfficeError, OSError) as error:
                failed = 1
                print(say("import.refused", file=file.name, reason=_reason(error)))  # noqa: T201
    finally:
        await engine.dispose()
    return failed


def _reason(error: Exception) -> str:
    if not isinstance(error, OfficeError):
        return str(error)
    return say(f"import.reason.{error.code}", **error.facts)
