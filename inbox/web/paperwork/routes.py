"""All routes of the paperwork."""

from fastapi import APIRouter

from inbox.web.masking import MaskedRoute
from inbox.web.paperwork import replies, requests

router = APIRouter(route_class=MaskedRoute)
for part in (requests.router, replies.router):
    router.include_router(part)
