"""All routes of the casework; those with fixed paths come before those with a number in their place."""

from fastapi import APIRouter

from inbox.web.casework import cards, links, lists

router = APIRouter()
for part in (lists.router, links.router, cards.router):
    router.include_router(part)
