"""All routes of the editor of the knowledge base."""

from fastapi import APIRouter

from inbox.web.knowledge import deeds, questions, reading

router = APIRouter()
for part in (reading, deeds, questions):
    router.include_router(part.router)
