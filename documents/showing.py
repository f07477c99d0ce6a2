"""A Word document on the screen: plain HTML with nothing in it that could act (mammoth makes it, nh3 cleans it)."""

import io
import zipfile
import zlib
from typing import Any

import mammoth
import nh3
from lxml import etree
from mammoth.documents import Paragraph, Table

from documents.opening import checked_docx, refused

FILE = "file"
TAGS = {
    "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "u", "s", "sub", "sup", "ul", "ol", "li", "a",
    "table", "thead", "tbody", "tr", "td", "th",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
CLASSES = {"table": {"class": {"layout"}}, "p": {"class": {"center", "right"}}}
"""What the screen's style sheet draws as Word does: tables without lines, and where a paragraph stands."""
STYLES = """
p[style-name='center'] => p.center:fresh
p[style-name='right'] => p.right:fresh
table[style-name='layout'] => table.layout:fresh
"""
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
        made = mammoth.convert_to_html(
            io.BytesIO(checked),
            convert_image=lambda image: [],
            include_embedded_style_map=False,
            style_map=STYLES,
            transform_document=_placed,
        )
    except BROKEN as error:
        raise refused(FILE, "unreadable") from error
    return nh3.clean(
        made.value,
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values=CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )


def _placed(document: Any) -> Any:
    """The document with mammoth's own styles put where Word has none: it maps styles only. A table without a style has no lines."""
    children = getattr(document, "children", None)
    placed = document.copy(children=[_placed(child) for child in children]) if children else document
    if isinstance(placed, Paragraph) and placed.style_name is None and placed.alignment in CLASSES["p"]["class"]:
        return placed.copy(style_name=placed.alignment)
    if isinstance(placed, Table) and placed.style_name is None:
        return placed.copy(style_name="layout")
    return placed
