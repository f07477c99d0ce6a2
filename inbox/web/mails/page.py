"""A mail's own look as a page that can do nothing: no script, nothing remote, no cookie of ours behind its links (ui.md 4)."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from urllib.parse import unquote

from fastapi import Response

from core.conversations.reading import INFECTED
from core.mail.model import MailPart
from inbox.web.file_answers import PICTURES

PICTURES_LIMIT = 10 * 1024 * 1024
"""Bytes of pictures that are put into a page; those after them are left out."""
STYLE = (
    "body{margin:12px;font:15px/1.45 system-ui,sans-serif;color:#16202f;background:#fff;overflow-wrap:anywhere}"
    "img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap;font:inherit}"
    "blockquote{margin:8px 0;padding-left:10px;border-left:3px solid #7a879b}a{color:#1450b4}"
)
_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:;"
    f" style-src 'sha256-{_HASH}'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"
)
_CID = re.compile(r'src="cid:([^"]{1,250})"', re.IGNORECASE)


def shown_page(title: str, html: str, pictures: Mapping[str, str]) -> Response:
    """The cleaned HTML of a mail with its own pictures inside it; in the sandbox it has no origin, so it could not fetch them."""
    body = _CID.sub(lambda found: f'src="{pictures.get(unquote(found[1]).casefold(), "")}"', html)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style>'
    page = f'<!doctype html><html lang="ru"><head>{head}</head><body>{body}</body></html>'
    headers = {"Content-Security-Policy": POLICY, "Content-Disposition": "inline"}
    return Response(page, headers=headers, media_type="text/html; charset=utf-8")


def wanted_pictures(html: str, parts: Iterable[MailPart]) -> list[MailPart]:
    """The parts that the page shows, as far as they are pictures and fit."""
    named = {unquote(one).casefold() for one in _CID.findall(html)}
    found, room = list[MailPart](), PICTURES_LIMIT
    for part in parts:
        is_picture = part.media_type in PICTURES and part.storage_key and INFECTED not in part.warnings
        if is_picture and part.content_id.casefold() in named and part.size <= room:
            found.append(part)
            room -= part.size
    return found


def data_url(part: MailPart, content: bytes) -> str:
    """A picture as an address."""
    return f"data:{part.media_type};base64,{b64encode(content).decode()}"
