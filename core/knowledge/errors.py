"""What the knowledge base refuses. ``code`` names the phrase that a person is shown; ``facts`` fill it in."""

from enum import StrEnum

from core.errors import OfficeError


class Unreadable(StrEnum):
    """Why a document was not imported."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNKNOWN_CONTENT = "unknown_content"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105  # a reason, not a secret
    ZIP_BOMB = "zip_bomb"
    TOO_LONG = "too_long"
    NO_ARTICLES = "no_articles"
    BAD_ARTICLE = "bad_article"
    NEEDS_PROGRAM = "needs_program"


class UnreadableDocument(OfficeError):
    """The file cannot become articles; nothing of it was stored.

    ``code`` is the value of an Unreadable; ``facts`` hold what it names: ``limit`` (MB), ``found`` (media type), ``program``
    (a package to install), or ``line``, ``field`` and ``why``.
    """

    def __init__(self, reason: Unreadable, **facts: object) -> None:
        self.code = reason.value
        self.reason = reason
        super().__init__(reason.value, **facts)
