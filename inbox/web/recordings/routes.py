"""Routes of recordings and of messages left."""

from fastapi import APIRouter

from inbox.web.masking import MaskedRoute
from inbox.web.recordings import left, sound

router = APIRouter(route_class=MaskedRoute)
router.include_router(left.router)
router.include_router(sound.router)
