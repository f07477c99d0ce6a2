"""All routes of the paperwork."""

from fastapi import APIRouter

from inbox.web.paperwork import replies, requests

router = APIRouter()
for part in (requests.router, replies.router):
    router.include_router(part)
