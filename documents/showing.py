"""A Word document on the screen: plain HTML with nothing in it that could act (mammoth makes it, nh3 cleans it)."""

import io
import zipfile
import zlib

import mammoth
import nh3
from lxml import etree

from documents.opening import checked_docx, refused

FILE = "file"
TAGS = {
    "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "a",
    "table", "thead", "tbody", "tr", "td", "th",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
SCHEMES = {"http", "https", "mailto", "tel"}
BROKEN = (
    zipfile.BadZipFile, zlib.error, etree.LxmlError, SyntaxError, KeyError, ValueError, AttributeError, TypeError, IndexError,
    EOFError, RecursionError,
)  # fmt: skip
"""What mammoth raises for a broken file; its XML errors are SyntaxErrors or ValueErrors."""


def page_of(document: bytes) -> str:
    """HTML of a .docx without pictures, styles and scripts; raises Invalid with ``fields["file"]`` like ``checked_docx``."""
    checked = checked_docx(document, FILE)
    try:
        made = mammoth.convert_to_html(io.BytesIO(checked), convert_image=lambda image: [], include_embedded_style_map=False)
    except BROKEN as error:
        raise refused(FILE, "unreadable") from error
    return nh3.clean(made.value, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener noreferrer nofollow")
