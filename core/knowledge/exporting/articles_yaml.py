"""Articles as YAML that ``import-kb`` and the editor's import read back."""

from collections.abc import Sequence
from typing import Any

import yaml

from core.knowledge.model import Article

HEAD = "# Articles of the knowledge base; to be read back by import-kb or by the editor's import.\n"


class _Dumper(yaml.SafeDumper):
    """Without aliases, which the import refuses; texts of several lines as they are read."""

    def ignore_aliases(self, data: Any) -> bool:
        """Equal values are written twice."""
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def articles_yaml(articles: Sequence[Article]) -> str:
    """One document."""
    listed = {"articles": [_article(one) for one in articles]}
    return HEAD + yaml.dump(listed, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


def _article(article: Article) -> dict[str, Any]:
    told: dict[str, Any] = {
        "title": article.title,
        "item": article.item_no,
        "department": article.department,
        "questions": list(article.questions),
        "answer": article.answer,
        "spoken": article.spoken,
        "source": article.source,
        "confirmed_on": article.confirmed_on.isoformat() if article.confirmed_on else None,
        "valid_until": article.valid_until.isoformat() if article.valid_until else None,
        "restricted": article.restricted or None,
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}
