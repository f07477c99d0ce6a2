"""Which texts of an article are embedded, and where their vectors are kept."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from sqlalchemy import ARRAY, String, all_, any_, bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.knowledge.embedding import Embedder, Vectors
from core.knowledge.model import ArticleText, TextVector
from core.knowledge.search.text import clean

PASSAGE_LIMIT = 4000
"""Characters of an article that stand for it; the models read less."""


class Kind(StrEnum):
    """Whether a text is asked or answers: e5 reads them differently."""

    QUERY = "q"
    PASSAGE = "p"


class Text(NamedTuple):
    """A text to embed, and the key of its vector."""

    kind: Kind
    text: str
    digest: str

    @classmethod
    def of(cls, kind: Kind, text: str) -> "Text":
        """The key is the SHA-256 of the kind and the text."""
        return cls(kind, text, hashlib.sha256(f"{kind.value}:{text}".encode()).hexdigest())


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTexts:
    """An article made fit for search, once: its title and questions, its answer, and all of them as one passage."""

    asked: tuple[Text, ...]
    answer: str
    passage: Text

    @classmethod
    def of(cls, article: ArticleText) -> "ArticleTexts":
        """Title, questions and answer as the passage: measured better than title and answer (recall@1 .84 against .82)."""
        asked = tuple(dict.fromkeys(filter(None, (clean(text) for text in (article.title, *article.questions))))) or ("-",)
        answer = clean(article.answer, len(article.answer))
        passage = ". ".join((*asked, answer))[:PASSAGE_LIMIT]
        return cls(asked=tuple(Text.of(Kind.QUERY, text) for text in asked), answer=answer, passage=Text.of(Kind.PASSAGE, passage))

    def all(self) -> tuple[Text, ...]:
        """Everything that has a vector."""
        return (*self.asked, self.passage)


def embed(embedder: Embedder, texts: Sequence[Text]) -> Mapping[str, Vectors]:
    """Vectors by digest; blocks, about 40 ms an article."""
    made: dict[str, Vectors] = {}
    for kind, encode in ((Kind.QUERY, embedder.queries), (Kind.PASSAGE, embedder.passages)):
        chosen = [text for text in texts if text.kind == kind]
        made.update(zip((text.digest for text in chosen), encode([text.text for text in chosen]), strict=True))
    return made


async def load_vectors(tx: AsyncSession, model: str, digests: Sequence[str]) -> dict[str, Vectors]:
    """The stored vectors among ``digests``."""
    if not digests:
        return {}
    chosen = col(TextVector.digest) == any_(bindparam("digests", list(digests), ARRAY(String)))
    wanted = select(TextVector.digest, TextVector.vector).where(TextVector.model == model, chosen)
    return {key: np.frombuffer(raw, dtype=np.float32) for key, raw in (await tx.exec(wanted)).all()}


async def store_vectors(tx: AsyncSession, model: str, vectors: Mapping[str, Vectors]) -> None:
    """Keep vectors; another process may have been first."""
    if vectors:
        rows = [{"model": model, "digest": key, "vector": vector.tobytes()} for key, vector in vectors.items()]
        await tx.exec(insert(TextVector).values(rows).on_conflict_do_nothing())


async def forget_vectors(tx: AsyncSession, model: str, kept: Sequence[str]) -> None:
    """Drop the vectors of texts that no article has any more."""
    others = col(TextVector.digest) != all_(bindparam("kept", list(kept), ARRAY(String)))
    await tx.exec(delete(TextVector).where(col(TextVector.model) == model, others))
