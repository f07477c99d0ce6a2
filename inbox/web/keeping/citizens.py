"""A citizen's copy of all that is kept of them, and the erasure of it in two steps (reg. 2.10)."""

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from core.conversations.thread import NEWEST
from core.keeping.copying import Copy
from core.keeping.wishes import ErasureShown
from core.staff.cleaning import clean_text
from inbox.web.auth import Confirmed, Desks, SignedIn
from inbox.web.file_answers import SEALED, disposition
from inbox.web.keeping import citizen_schemas as schemas

router = APIRouter(prefix="/api/citizens", tags=["citizens"])
Number = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
PIECE = 256 * 1024


class Sent(StreamingResponse):
    """Sends a copy piece by piece and lets its file go, also when the browser leaves in the middle."""

    def __init__(self, copy: Copy) -> None:
        headers = {
            "Content-Disposition": disposition("attachment", copy.file_name),
            "Content-Security-Policy": SEALED,
            "Content-Length": str(copy.size),
        }
        super().__init__(_pieces(copy), 200, headers, "application/zip")
        self._copy = copy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._copy.content.close()


@router.post("/{id}/copy", response_class=Response)
async def copy_citizen(applicant_id: Number, asker: Confirmed, office: Desks) -> Response:
    """All that is kept of the person, as a zip."""
    return Sent(await office.copies.make(asker, applicant_id))


@router.get("/{id}/erasure")
async def see_erasure(applicant_id: Number, asker: SignedIn, office: Desks) -> schemas.ErasureView:
    """What an erasure would do."""
    return _view(await office.erasures.look(asker, applicant_id))


@router.post("/{id}/erasure", status_code=204)
async def wish_erasure(form: schemas.WishForm, applicant_id: Number, asker: SignedIn, office: Desks) -> None:
    """The first step: the citizen's wish is written down."""
    await office.erasures.wish(asker, applicant_id, clean_text(form.reason))


@router.post("/{id}/erasure/withdraw", status_code=204)
async def withdraw_erasure(applicant_id: Number, asker: SignedIn, office: Desks) -> None:
    """The wish was taken back."""
    await office.erasures.withdraw(asker, applicant_id)


@router.post("/{id}/erasure/carry-out", status_code=204)
async def carry_out_erasure(applicant_id: Number, asker: Confirmed, office: Desks) -> None:
    """The second step, by another person."""
    await office.erasures.carry_out(asker, applicant_id)


def _view(shown: ErasureShown) -> schemas.ErasureView:
    judged = shown.judgement
    return schemas.ErasureView(
        obstacles=[one.value for one in judged.obstacles],
        goes=[schemas.ErasureGoes(kind=kind.value, rows=rows) for kind, rows in judged.goes.items()],
        stays=[schemas.ErasureStays(appeal_id=one.appeal_id, number=one.number, until=one.until) for one in judged.stays],
        wish=schemas.ErasureWishView.model_validate(shown.wish, from_attributes=True) if shown.wish else None,
        erased_at=shown.erased_at,
    )


async def _pieces(copy: Copy) -> AsyncIterator[bytes]:
    while piece := await anyio.to_thread.run_sync(copy.content.read, PIECE):
        yield piece
