"""All routes of the casework; those with fixed paths come before those with a number in their place."""

from fastapi import APIRouter

from inbox.web.casework import cards, links, lists
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute)
for part in (lists.router, links.router, cards.router):
    router.include_router(part)
