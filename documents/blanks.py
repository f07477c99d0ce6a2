"""A clerk's template made ready once: only its parts with facts are rendered anew for each paper, the rest is copied as it is."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from docxtpl import DocxTemplate
from jinja2 import Template
from lxml import etree

from documents.tongue import Tongue

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BODY = re.compile(rb"<w:body\s*/>")
MARKED = re.compile(r"\{[{%#]")
FIRST_PICTURE = 1000
"""docxtpl numbers the pictures of a paper from here."""


class Compiled(Tongue):
    """Remembers each part that it has compiled: the parts of one template are few and do not change."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Template] = {}

    def from_string(self, source: Any, *rest: Any, **more: Any) -> Template:
        """The part, compiled at the first call."""
        found = self._known.get(source)
        if found is None:
            found = self._known[source] = super().from_string(source, *rest, **more)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A part to be rendered: its member of the file, its text with the marks made whole, what stands around its body."""

    member: str
    source: str
    around: tuple[bytes, bytes] | None = None


class Blank:
    """One template, ready to be filled any number of times, by several threads at once; ``names`` is every variable it names.

    Raises what docxtpl, python-docx, lxml and Jinja raise for a template that cannot be used.
    """

    def __init__(self, template: bytes) -> None:
        self._tongue = Compiled()
        document = DocxTemplate(io.BytesIO(template))
        document.render_init()
        self._pieces = tuple(_pieces(document))
        saved = io.BytesIO()
        document.save(saved)
        self._rest = _without(saved.getvalue(), {piece.member for piece in self._pieces})
        for piece in self._pieces:
            self._render(DocxTemplate(""), piece, {})
        self.names = frozenset(self._tongue.names)

    def fill(self, facts: Mapping[str, Any], look: Callable[[etree._Element], None]) -> bytes:
        """The paper with the facts; ``look`` sees each rendered part before it is kept."""
        pen = DocxTemplate("")
        pen.docx_ids_index = FIRST_PICTURE
        content = io.BytesIO(self._rest)
        with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
            for piece in self._pieces:
                tree = self._tree(pen, piece, facts)
                look(tree)
                before, after = piece.around or (DECLARATION, b"")
                archive.writestr(piece.member, before + etree.tostring(tree) + after)
        return content.getvalue()

    def _tree(self, pen: DocxTemplate, piece: _Piece, facts: Mapping[str, Any]) -> etree._Element:
        words = self._render(pen, piece, facts)
        if piece.around is None:
            return etree.fromstring(words.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        tree = pen.fix_tables(words)
        pen.fix_docpr_ids(tree)
        return tree

    def _render(self, pen: DocxTemplate, piece: _Piece, facts: Mapping[str, Any]) -> str:
        return str(pen.render_xml_part(piece.source, None, facts, self._tongue))


def _pieces(document: DocxTemplate) -> Iterator[_Piece]:
    main = document.docx.part
    yield _Piece(member=_member(main), source=document.patch_xml(document.get_xml()), around=_around(document))
    for uri in (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER):
        for _, part in document.get_headers_footers(uri):
            yield _Piece(member=_member(part), source=document.patch_xml(document.get_part_xml(part)))
    for part in main.package.iter_parts():
        if part.content_type == CONTENT_TYPE.WML_FOOTNOTES:
            yield _Piece(member=_member(part), source=document.patch_xml(part.blob.decode()))
    about = document.docx.core_properties._element
    if MARKED.search("".join(about.itertext())):
        yield _Piece(member=_member(main.package._core_properties_part), source=document.patch_xml(document.xml_to_string(about)))


def _member(part: Part) -> str:
    return str(part.partname).lstrip("/")


def _around(document: DocxTemplate) -> tuple[bytes, bytes]:
    """What of the main part stands before its body, and what after."""
    root = etree.fromstring(document.xml_to_string(document.docx.element))
    body = root.find(f"{WORD}body")
    tail, body.tail = body.tail, None
    root.replace(body, etree.SubElement(root, f"{WORD}body"))
    before, after = BODY.split(etree.tostring(root), maxsplit=1)
    return DECLARATION + before, (tail or "").encode() + after


def _without(content: bytes, members: set[str]) -> bytes:
    """The file without these members, so that others can be put in their place."""
    rest = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as found, zipfile.ZipFile(rest, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in found.infolist():
            if member.filename not in members:
                archive.writestr(member, found.read(member), zipfile.ZIP_DEFLATED)
    return rest.getvalue()
