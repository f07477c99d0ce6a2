"""The limited process that opens a stranger's document: ``python -m core.knowledge.importing.worker FILE WANTED`` prints JSON."""

import json
import sys
import zipfile
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits
from core.knowledge.importing.articles_yaml import read_yaml_articles
from core.knowledge.importing.compound import DAMAGE
from core.knowledge.importing.markdown import read_markdown
from core.knowledge.importing.sniffing import Sniffed, sniff
from core.knowledge.importing.structure import build_articles
from core.knowledge.importing.vocabulary import Block, Content, Note, RawArticle, Wanted
from core.knowledge.importing.word_doc import TooOld, read_doc, read_with_antiword
from core.knowledge.importing.word_docx import read_docx

WORD = (Content.DOCX, Content.DOC, Content.RTF)


class NeedsConversion(Exception):
    """Only an office program can read this; the parent process asks one."""


def main(argv: list[str]) -> int:
    """Always 0 with one JSON object, unless a limit ends the process."""
    limits.limit_this_process()
    sys.stdout.write(json.dumps(answer(Path(argv[0]), Wanted(argv[1])), ensure_ascii=False))
    return 0


def answer(path: Path, wanted: Wanted) -> dict[str, Any]:
    """``{media_type, notes, articles}`` or ``{media_type, text}``; ``{error, facts}`` or ``{convert: media_type}``."""
    try:
        sniffed = sniff(path.read_bytes())
        try:
            found = _text(sniffed, path) if wanted is Wanted.TEXT else _imported(sniffed, path)
        except NeedsConversion:
            return {"convert": sniffed.content.value}
    except UnreadableDocument as refused:
        return {"error": refused.reason.value, "facts": refused.facts}
    except MemoryError:
        return {"error": Unreadable.TOO_LONG.value, "facts": {}}
    return {"media_type": sniffed.content.value, **found}


def _text(sniffed: Sniffed, path: Path) -> dict[str, Any]:
    if sniffed.content not in WORD:
        raise UnreadableDocument(Unreadable.UNKNOWN_CONTENT, found=sniffed.content.value)
    lines = [block.text for block in _bounded(_blocks(sniffed, path)) if block.text]
    if not lines:
        raise UnreadableDocument(Unreadable.EMPTY)
    return {"text": "\n".join(lines)}


def _imported(sniffed: Sniffed, path: Path) -> dict[str, Any]:
    articles = _articles(sniffed, path)
    if len(articles) > limits.ARTICLES_LIMIT:
        raise UnreadableDocument(Unreadable.TOO_LONG)
    notes = [Note.MACROS.value] if sniffed.has_macros else []
    return {"notes": notes, "articles": [asdict(article) for article in articles]}


def _articles(sniffed: Sniffed, path: Path) -> list[RawArticle]:
    if sniffed.content == Content.YAML:
        return read_yaml_articles(sniffed.text)
    return build_articles(_bounded(_blocks(sniffed, path)))


def _bounded(blocks: list[Block]) -> list[Block]:
    if sum(len(block.text) for block in blocks) > limits.TEXT_LIMIT:
        raise UnreadableDocument(Unreadable.TOO_LONG)
    return blocks


def _blocks(sniffed: Sniffed, path: Path) -> list[Block]:
    if sniffed.content == Content.MARKDOWN:
        return read_markdown(sniffed.text)
    if sniffed.content == Content.DOCX:
        return _docx(path)
    if sniffed.content == Content.DOC and sniffed.compound is not None:
        try:
            return read_doc(sniffed.compound)
        except (TooOld, *DAMAGE) as error:
            found = read_with_antiword(path)
            if found is None and isinstance(error, TooOld):
                raise NeedsConversion from error
            if found is None:
                raise UnreadableDocument(Unreadable.DAMAGED) from error
            return found
    raise NeedsConversion


def _docx(path: Path) -> list[Block]:
    try:
        return read_docx(path.read_bytes())
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError, SyntaxError) as error:
        raise UnreadableDocument(Unreadable.DAMAGED) from error  # lxml's XMLSyntaxError is a SyntaxError


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
