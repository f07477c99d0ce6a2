"""The mail's routes."""

from fastapi import APIRouter

from inbox.web.mails import deeds, reading

router = APIRouter()
router.include_router(reading.router)
router.include_router(deeds.router)
