"""The telephone's routes."""

from fastapi import APIRouter

from inbox.web.masking import MaskedRoute
from inbox.web.phone import deeds, outgoing, reading

router = APIRouter(route_class=MaskedRoute)
router.include_router(reading.router)
router.include_router(deeds.router)
router.include_router(outgoing.router)
