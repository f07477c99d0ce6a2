"""All routes of the editor of the knowledge base."""

from fastapi import APIRouter

from inbox.web.knowledge import deeds, questions, reading
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute)
for part in (reading, deeds, questions):
    router.include_router(part.router)
