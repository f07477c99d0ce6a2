"""The one way by which a file comes in through a page: it is read and judged, and only then a desk sees it (reg. 2.10)."""

from fastapi import UploadFile

from core.judging import FileJudge


async def judged(judge: FileJudge, file: UploadFile, *, is_read: bool = False) -> bytes:
    """The bytes of a good file; ``is_read`` as of FileJudge. Raises Invalid with what is wrong beside the field ``file``."""
    return await judge.must_be_good(file.filename or "", await file.read(), is_read=is_read)
