"""Articles written as YAML: a list, or a mapping with ``articles`` and defaults; every error names its line."""

import re
from datetime import date
from typing import cast

import yaml

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing.vocabulary import RawArticle

_LOOKS = re.compile(r"^(articles\s*:|-\s+(title|key|item|item_no|answer)\s*:)", re.MULTILINE)
TEXTS = ("title", "answer", "spoken", "source", "department")
REQUIRED = ("title", "answer")
DATES = ("confirmed_on", "valid_until")
IGNORED = ("key", "sample")
KNOWN = (*TEXTS, *DATES, *IGNORED, "item", "item_no", "questions", "restricted")


def looks_like_yaml(text: str) -> bool:
    """Whether the text begins like our article lists do."""
    return _LOOKS.search(text) is not None


def read_yaml_articles(text: str) -> list[RawArticle]:
    """Raises UnreadableDocument(BAD_ARTICLE) with ``line`` and what is wrong (``field``, ``why``)."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):  # aliases can multiply a small file into gigabytes
                raise _bad(event.start_mark.line if event.start_mark else 0, "alias", "not_allowed")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _bad(error.problem_mark.line if error.problem_mark else 0, "yaml", "syntax") from error
    except yaml.YAMLError as error:
        raise _bad(0, "yaml", "syntax") from error
    defaults, items = _parts(root)
    return [_article(item, defaults) for item in items]


def _parts(root: yaml.Node | None) -> tuple[dict[str, str], list[yaml.Node]]:
    if isinstance(root, yaml.SequenceNode):
        return {}, root.value
    if isinstance(root, yaml.MappingNode):
        fields = {key.value: value for key, value in root.value}
        items = fields.get("articles")
        if isinstance(items, yaml.SequenceNode):
            source = fields.get("source")
            return ({"source": source.value} if isinstance(source, yaml.ScalarNode) else {}), items.value
    raise _bad(root.start_mark.line if root else 0, "articles", "required")


def _article(node: yaml.Node, defaults: dict[str, str]) -> RawArticle:
    line = node.start_mark.line
    if not isinstance(node, yaml.MappingNode):
        raise _bad(line, "articles", "not_a_mapping")
    raw = RawArticle(title="", line=line + 1, source=defaults.get("source", ""))
    for key, value in node.value:
        name = str(key.value)
        if name not in KNOWN:
            raise _bad(key.start_mark.line, name, "unknown")
        _set(raw, name, value)
    for name in REQUIRED:
        if not getattr(raw, name).strip():
            raise _bad(line, name, "required")
    return raw


def _set(raw: RawArticle, name: str, node: yaml.Node) -> None:
    line = node.start_mark.line
    if name == "questions":
        raw.questions = _questions(node)
    elif not isinstance(node, yaml.ScalarNode):
        raise _bad(line, name, "not_a_text")
    elif name in TEXTS:
        setattr(raw, name, str(node.value))
    elif name in DATES:
        setattr(raw, name, _iso(node, name))
    elif name in ("item", "item_no"):
        raw.item_no = _item(node)
    elif name == "restricted":
        raw.restricted = node.value.casefold() in ("true", "yes")


def _questions(node: yaml.Node) -> list[str]:
    if not isinstance(node, yaml.SequenceNode) or not all(isinstance(item, yaml.ScalarNode) for item in node.value):
        raise _bad(node.start_mark.line, "questions", "not_a_list")
    return [cast(str, item.value) for item in node.value]


def _item(node: yaml.ScalarNode) -> int:
    if not (node.value.isascii() and node.value.isdigit() and 1 <= int(node.value[:3]) <= 18):
        raise _bad(node.start_mark.line, "item", "1_to_18")
    return int(node.value)


def _iso(node: yaml.ScalarNode, name: str) -> str:
    try:
        return date.fromisoformat(node.value).isoformat()
    except ValueError as error:
        raise _bad(node.start_mark.line, name, "not_a_date") from error


def _bad(line: int, field: str, why: str) -> UnreadableDocument:
    return UnreadableDocument(Unreadable.BAD_ARTICLE, line=line + 1, field=field, why=why)
