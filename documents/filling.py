"""Standard forms: a clerk's .docx filled with facts, and checked before it is ever used (docxtpl; reg. 2.8.9)."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docx.opc.exceptions import OpcError
from jinja2.exceptions import TemplateError
from lxml import etree

from core.forms.fields import Form
from core.typist import TemplateReport
from documents.blanks import WORD, Blank
from documents.opening import checked_docx, refused

TEMPLATE = "template"
CARRIERS = {f"{WORD}{name}" for name in ("t", "delText", "instrText", "delInstrText")}
"""The elements of Word in which text may stand."""
PARTS = re.compile(r"^word/(?:document|header\d*|footer\d*|footnotes)\.xml$")
MARKS = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
PAIRS = {"{{": "}}", "{%": "%}", "{#": "#}"}
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Signs that XML cannot hold, and those that docxtpl takes for its own breaks of paragraphs and pages."""
BROKEN = (
    OpcError, zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, ValueError, AttributeError, IndexError, EOFError,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A filled form, and every variable that its template names; a column of a list as ``list.column``."""

    content: bytes
    names: frozenset[str]


def fill(template: bytes, facts: Mapping[str, object]) -> bytes:
    """The form with the facts.

    Raises Invalid with ``fields["template"]``: ``unknown_variable`` (``facts["unknown"]`` names them), ``syntax`` (a mark
    not closed, or what the language has not; ``facts["paragraph"]`` where it is known), or what ``checked_docx`` says.
    """
    filled = _filled(template, facts)
    unknown = _beyond(filled.names, offered_by(facts))
    if unknown:
        raise refused(TEMPLATE, "unknown_variable", unknown=unknown)
    return filled.content


def check(template: bytes, form: Form) -> TemplateReport:
    """What the template names in vain and what it leaves out; raises Invalid like ``fill``, but for unknown variables."""
    offered = {*form.fields, *(f"{name}.{column}" for name, one in form.fields.items() for column in one.item)}
    names = _filled(template, form.examples()).names
    missing = [name for name, one in form.fields.items() if one.required and name not in names]
    return TemplateReport(unknown=_beyond(names, offered), missing=tuple(missing))


def offered_by(facts: Mapping[str, object]) -> set[str]:
    """The names that a template may use with these facts."""
    columns = {
        f"{name}.{column}"
        for name, value in facts.items()
        if isinstance(value, Sequence) and not isinstance(value, str)
        for row in value
        if isinstance(row, Mapping)
        for column in row
    }
    empty = {name for name, value in facts.items() if isinstance(value, Sequence) and not value and not isinstance(value, str)}
    return {*facts, *columns, *(f"{name}." for name in empty)}


def _filled(template: bytes, facts: Mapping[str, object]) -> Filled:
    try:
        blank = _blank_of(template)
        content = blank.fill({name: _fit(value) for name, value in facts.items()}, _check_places)
    except (TemplateError, RecursionError, TypeError) as error:
        raise refused(TEMPLATE, "syntax") from error
    except BROKEN as error:
        raise refused(TEMPLATE, "unreadable") from error
    return Filled(content=content, names=blank.names)


def _beyond(names: frozenset[str], offered: set[str]) -> tuple[str, ...]:
    """The columns of an empty list are not known, so any is let pass: none will be shown."""
    return tuple(sorted(name for name in names if name not in offered and f"{name.partition('.')[0]}." not in offered))


def _fit(value: object) -> Any:  # docxtpl and Jinja take anything
    if isinstance(value, str):
        return UNFIT.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(value, Mapping):
        return {key: _fit(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_fit(one) for one in value]
    return value


@lru_cache(maxsize=16)
def _blank_of(template: bytes) -> Blank:
    """A template is looked through and compiled once, not for each letter; raises Invalid like ``fill``."""
    _check_marks(checked_docx(template, TEMPLATE))
    return Blank(template)


def _check_marks(template: bytes) -> None:
    """Each ``{{`` is closed in its paragraph: else docxtpl would search the whole document for the end of each."""
    with zipfile.ZipFile(io.BytesIO(template)) as archive:
        for name in archive.namelist():
            if PARTS.match(name):
                root = etree.fromstring(archive.read(name))
                for paragraph in root.iter(f"{WORD}p"):
                    _check_paragraph("".join(one.text or "" for one in paragraph.iter(f"{WORD}t")))


def _check_paragraph(text: str) -> None:
    awaited = ""
    for mark in MARKS.findall(text):
        if awaited and mark == awaited:
            awaited = ""
        elif awaited or mark not in PAIRS:
            raise refused(TEMPLATE, "syntax", paragraph=text[:200])
        else:
            awaited = PAIRS[mark]
    if awaited:
        raise refused(TEMPLATE, "syntax", paragraph=text[:200])


def _check_places(part: etree._Element) -> None:
    """A fact put where Word shows no text (``{{p name}}``) would be lost without a word."""
    for one in part.iter(f"{WORD}*"):
        own = "" if one.tag in CARRIERS else (one.text or "")
        if own.strip() or (one.tail or "").strip():
            raise refused(TEMPLATE, "syntax")
