"""All routes of the directory."""

from fastapi import APIRouter

from inbox.web.directory import calendar, citizens, journals, places, templates

router = APIRouter()
for part in (citizens.router, places.router, calendar.router, templates.router, journals.router):
    router.include_router(part)
