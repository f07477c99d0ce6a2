"""The page of a citizen's copy: plain tables that any browser shows and nothing can run in."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from pathlib import Path

from core.clock import MOSCOW

WORDS = Path(__file__).parent / "words.toml"
STYLE = (
    "body{font:16px/1.45 sans-serif;max-width:70rem;margin:1.5rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top;"
    "white-space:pre-wrap;overflow-wrap:anywhere}h2{margin-top:2rem}"
)


def copy_page(sections: Mapping[str, Sequence[Mapping[str, object]]], made_at: datetime) -> str:
    """One table for each section that has rows; the names of sections and columns are words.toml's."""
    words = _words()
    titles, columns, values = words["sections"], words["columns"], words["values"]
    tables = "".join(f"<h2>{escape(titles[name])}</h2>{_table(rows, columns, values)}" for name, rows in sections.items() if rows)
    page = words["page"]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="ru"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{escape(page['title'])}</title><style>{STYLE}</style></head><body><h1>{escape(page['title'])}</h1>"
        f"<p>{escape(page['made'].format(at=_moment(made_at)))}</p>{tables}</body></html>"
    )


def _table(rows: Sequence[Mapping[str, object]], columns: Mapping[str, str], values: Mapping[str, str]) -> str:
    names = list(rows[0])
    head = "".join(f'<th scope="col">{escape(columns[name])}</th>' for name in names)
    body = "".join("<tr>" + "".join(f"<td>{escape(_written(row[name], values))}</td>" for name in names) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _written(value: object, values: Mapping[str, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return values.get(str(value).lower(), str(value))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(MOSCOW):%d.%m.%Y %H:%M}"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
