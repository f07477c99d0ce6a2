"""The kinds of information, sample articles and words that a new database starts with; what an editor changed stays as it is."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, cast

import yaml
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.knowledge.articles import Deed, count_words_change, record
from core.knowledge.drafting import ArticleDraft, apply, checked
from core.knowledge.model import Article, ArticleStatus, ForeignTopic, InformationItem, SynonymGroup
from core.knowledge.search.vectors import store_vectors
from core.knowledge.seed_vectors import read_vectors

SEEDS = Path(__file__).parents[2] / "db" / "seeds"
KNOWLEDGE = SEEDS / "knowledge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One sample article under its stable key."""

    key: str
    draft: ArticleDraft

    @property
    def digest(self) -> str:
        """SHA-256 of what the file says: tells a changed seed from an unchanged one."""
        said = {field.name: getattr(self.draft, field.name) for field in fields(ArticleDraft)}
        return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


async def seed_knowledge(tx: AsyncSession, today: date) -> None:
    """Write what is missing and follow changed seeds; an article that an editor saved, published or archived is left alone."""
    changed = await _seed_items(tx)
    changed |= await _seed_words(tx)
    if changed:
        await count_words_change(tx)
        await store_vectors(tx, *read_vectors())
    kept = {article.key: article for article in (await tx.exec(select(Article).where(col(Article.key).is_not(None)))).all()}
    now = datetime.combine(today, time(9), MOSCOW).astimezone(UTC)
    for seed in read_seeds():
        article = kept.get(seed.key)
        if article is not None and article.seed_digest in ("", seed.digest):
            continue
        if article is None:
            article = Article(key=seed.key, title="", answer="", sample=True, created_at=now, updated_at=now)
        else:
            article.version += 1
        apply(checked(seed.draft), article)
        article.confirmed_on = today
        article.status, article.seed_digest = ArticleStatus.PUBLISHED, seed.digest
        await record(tx, article, Deed.SEED, now, None)


def read_seeds() -> Iterator[Seed]:
    """The sample articles; their titles end with the mark of a sample."""
    for path in sorted(KNOWLEDGE.glob("[0-9]*.yaml")):
        document = _read(path)
        for raw in document["articles"]:
            yield Seed(
                key=raw["key"],
                draft=ArticleDraft(
                    item_no=raw["item"],
                    department=raw["department"],
                    title=f"{raw['title']} {document['mark']}",
                    answer=raw["answer"],
                    spoken=raw["spoken"],
                    questions=tuple(raw["questions"]),
                    source=document["source"],
                ),
            )


def read_synonyms() -> list[list[str]]:
    """The groups of words that mean one thing."""
    return [[str(word) for word in group] for group in _read(KNOWLEDGE / "synonyms.yaml")["groups"]]


def read_foreign_topics() -> list[str]:
    """Questions that are not the administration's."""
    return [str(question) for question in _read(KNOWLEDGE / "foreign_topics.yaml")["questions"]]


def read_items() -> list[dict[str, Any]]:
    """The 18 rows of the annex. YAML 1.1 reads the bare key ``no`` as false: it is put right here."""
    rows = yaml.safe_load((SEEDS / "information_items.yaml").read_text(encoding="utf-8"))
    return [{"no" if key is False else key: value for key, value in row.items()} for row in rows]


async def _seed_items(tx: AsyncSession) -> bool:
    rows = read_items()
    before = (await tx.exec(select(func.count()).select_from(InformationItem))).one()
    await tx.exec(insert(InformationItem).values(rows).on_conflict_do_nothing(index_elements=["no"]))
    return before < len(rows)


async def _seed_words(tx: AsyncSession) -> bool:
    """Synonyms and foreign topics are seeded once: afterwards the editors' lists hold."""
    changed = False
    if not (await tx.exec(select(func.count()).select_from(SynonymGroup))).one():
        tx.add_all(SynonymGroup(words=group) for group in read_synonyms())
        changed = True
    if not (await tx.exec(select(func.count()).select_from(ForeignTopic))).one():
        tx.add_all(ForeignTopic(question=question) for question in dict.fromkeys(read_foreign_topics()))
        changed = True
    await tx.flush()
    return changed


def _read(path: Path) -> dict[str, Any]:
    return cast(dict[str, Any], yaml.safe_load(path.read_text(encoding="utf-8")))  # our own files, tested
