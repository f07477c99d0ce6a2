"""The mail's routes."""

from fastapi import APIRouter

from inbox.web.mails import deeds, reading
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute)
router.include_router(reading.router)
router.include_router(deeds.router)
