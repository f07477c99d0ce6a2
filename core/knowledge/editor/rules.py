"""What may be done with an article, by whom: the one table behind every button and every check of the editor (4.5)."""

from collections.abc import Mapping
from types import MappingProxyType

from core.errors import NotAllowed
from core.knowledge.model import Article, ArticleStage, ArticleStatus
from core.staff.abilities import Ability
from core.staff.asker import Asker

EDIT, APPROVE = Ability.EDIT_KNOWLEDGE, Ability.APPROVE_KNOWLEDGE
LOOK = Ability.APPROVE_KNOWLEDGE
"""Whoever edits also approves what others wrote, so this ability opens the editor's pages."""
NOT_BY_WRITERS = frozenset({"approve", "return"})
"""Two pairs of eyes: nobody decides about a text in which they wrote."""

_WRITTEN = MappingProxyType({"change": EDIT, "submit": EDIT, "discard": EDIT})
DEEDS: Mapping[str, Mapping[str, Ability]] = MappingProxyType(
    {
        ArticleStage.WRITING: _WRITTEN,
        ArticleStage.RETURNED: _WRITTEN,
        ArticleStage.SUBMITTED: MappingProxyType({"change": EDIT, "approve": APPROVE, "return": APPROVE}),
        ArticleStage.APPROVED: MappingProxyType({"change": EDIT, "publish": EDIT, "return": APPROVE}),
        ArticleStatus.PUBLISHED: MappingProxyType({"revise": EDIT, "confirm": EDIT, "archive": EDIT}),
        ArticleStatus.ARCHIVED: MappingProxyType({"revise": EDIT}),
    }
)


class OwnArticle(NotAllowed):
    """Whoever wrote in the draft asks to decide about it."""

    code = "own_article"


class NotNow(NotAllowed):
    """The article stands elsewhere on its way; ``facts["state"]`` says where."""

    code = "article_elsewhere"


def state_of(article: Article) -> str:
    """Where the article stands: the stage of a draft, or published, or archived."""
    return article.stage if article.status == ArticleStatus.DRAFT else article.status


def deeds_of(article: Article, asker: Asker) -> tuple[str, ...]:
    """What the asker may do now."""
    found = DEEDS[state_of(article)]
    own = asker.id in article.writers
    return tuple(deed for deed, ability in found.items() if asker.may(ability) and not (own and deed in NOT_BY_WRITERS))


def allow(asker: Asker, deed: str) -> None:
    """Raises NotAllowed for a role that may do this with no article: it need not learn whether there is one."""
    asker.must(next(found[deed] for found in DEEDS.values() if deed in found))


def must(article: Article, asker: Asker, deed: str) -> None:
    """Raises NotAllowed for a role that may not, NotNow where the article does not stand there, OwnArticle for its writers."""
    found = DEEDS[state_of(article)]
    if deed not in found:
        raise NotNow(state=state_of(article))
    asker.must(found[deed])
    if deed in NOT_BY_WRITERS and asker.id in article.writers:
        raise OwnArticle()
