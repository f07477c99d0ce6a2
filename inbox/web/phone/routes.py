"""The telephone's routes."""

from fastapi import APIRouter

from inbox.web.phone import deeds, outgoing, reading

router = APIRouter()
router.include_router(reading.router)
router.include_router(deeds.router)
router.include_router(outgoing.router)
