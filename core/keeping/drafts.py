"""Unsent texts that go with what they are about: of a conversation, of an appeal, of a card. Each statement takes ``:ids``."""

_OF_APPEAL = ("reply", "information_request", "satisfaction", "call_task", "mail")
"""Tables whose rows belong to an appeal."""
_OF_TALK = ("message", "bot_mark")
"""Tables whose rows belong to a conversation."""
_REVIEWS = (
    "SELECT r.id FROM quality_review r JOIN quality_item i ON i.id = r.item_id LEFT JOIN phone_call p ON p.id = i.call_id"
    " WHERE i.conversation_id {0} OR p.conversation_id {0}"
)
PERSONAL = frozenset({"appeal", "conversation", "applicant", "call_back", "quality_review", "recording", *_OF_APPEAL, *_OF_TALK})
"""Subjects whose drafts may tell of a citizen; every one of them is erased here or with its own row (core.keeping.rules)."""
IMPERSONAL = frozenset(
    {"article", "article_remark", "knowledge_state", "knowledge_duty", "news_item", "staff_member", "department", "liaison"}
)
"""Subjects whose drafts tell of no citizen; they go after their days (core.retention)."""
_SOUNDS = "SELECT r.id FROM recording r JOIN phone_call p ON p.id = r.call_id WHERE p.conversation_id {0}"


def drafts_of(subject: str, ids: str = "= ANY(:ids)") -> str:
    """The statement that erases the drafts about these rows of a table."""
    return f"DELETE FROM draft WHERE subject = '{subject}' AND subject_id {ids}"  # noqa: S608  # names of our tables


def _within(tables: tuple[str, ...], where: str) -> tuple[str, ...]:
    return tuple(drafts_of(table, f"IN (SELECT id FROM {table} WHERE {where})") for table in tables)  # noqa: S608


def _of_talks(talks: str) -> tuple[str, ...]:
    whole, within = drafts_of("conversation", talks), _within(_OF_TALK, f"conversation_id {talks}")
    reviews, sounds = _REVIEWS.format(talks), _SOUNDS.format(talks)
    return (whole, *within, drafts_of("quality_review", f"IN ({reviews})"), drafts_of("recording", f"IN ({sounds})"))


DRAFTS_OF_TALKS = _of_talks("= ANY(:ids)")
DRAFTS_OF_APPEALS = (
    drafts_of("appeal"),
    *_within(_OF_APPEAL, "appeal_id = ANY(:ids)"),
    *_of_talks("IN (SELECT conversation_id FROM appeal WHERE id = ANY(:ids))"),
)
"""Those about the appeals, and about the conversations that led to them."""
