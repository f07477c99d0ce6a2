"""Routes of the quality control."""

from fastapi import APIRouter

from inbox.web.masking import MaskedRoute
from inbox.web.quality import marks, numbers, reviews

router = APIRouter(route_class=MaskedRoute, prefix="/api/quality", tags=["quality"])
router.include_router(reviews.router)
router.include_router(numbers.router)
router.include_router(marks.router)
