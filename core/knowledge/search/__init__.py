"""Search of the knowledge base: embeddings with a small lexical bonus, and an honest "not known" below a threshold."""

from core.knowledge.search.index import KnowledgeIndex
from core.knowledge.search.results import Hit, SearchResult

__all__ = ["Hit", "KnowledgeIndex", "SearchResult"]
