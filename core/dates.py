"""Dates as people read them."""

from datetime import date

from core.words import texts


def spoken_date(day: date) -> str:
    """A date with its month in words, as letters of the administration write it."""
    words = texts()["date"]
    return str(words["format"]).format(day=day.day, month=words["months"][day.month - 1], year=day.year)
