"""Routes of recordings and of messages left."""

from fastapi import APIRouter

from inbox.web.recordings import left, sound

router = APIRouter()
router.include_router(left.router)
router.include_router(sound.router)
