"""All routes of the directory."""

from fastapi import APIRouter

from inbox.web.directory import calendar, citizens, journals, places, templates
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute)
for part in (citizens.router, places.router, calendar.router, templates.router, journals.router):
    router.include_router(part)
