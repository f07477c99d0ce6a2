"""What is kept of one person, section by section: the rows of their copy, and the files that go with it (152-FZ, art. 14).

Internal notes of the staff are not among them: they quote colleagues and other people.
"""

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import TextClause, TextualSelect, text

from db.types import Sealed, SealedJson

_OWN_TALKS = "(SELECT id FROM conversation WHERE applicant_id = :person)"
_OWN_APPEALS = "(SELECT id FROM appeal WHERE applicant_id = :person)"


def _section(words: str, **sealed: str) -> TextualSelect:
    """``sealed``: the table.column of each column that is kept sealed."""
    return _whole(words).columns(**{name: Sealed(where) for name, where in sealed.items()})


def _whole(words: str) -> TextClause:
    return text(words.replace("@talks", _OWN_TALKS).replace("@appeals", _OWN_APPEALS))


SECTIONS: Mapping[str, TextualSelect] = MappingProxyType(
    {
        "card": _section(
            "SELECT kind, surname, given_name, patronymic, organisation, postal_address, consent_at, created_at"
            " FROM applicant WHERE id = :person",
            postal_address="applicant.postal_address",
        ),
        "accounts": _section(
            "SELECT channel, external_id, display_name, created_at FROM channel_identity WHERE applicant_id = :person ORDER BY id",
            external_id="channel_identity.external_id",
        ),
        "appeals": _section(
            "SELECT registration_number, registered_at, channel, topic, address, text, urgency, reply_form, reply_to, due_on,"
            " status, replied_at, closed_at FROM appeal WHERE applicant_id = :person ORDER BY id",
            reply_to="appeal.reply_to",
        ),
        "replies": _section(
            "SELECT a.registration_number, r.kind, r.form, r.address, r.subject, r.body, r.reasons, r.sent_at FROM reply r"
            " JOIN appeal a ON a.id = r.appeal_id WHERE a.applicant_id = :person AND r.sent_at IS NOT NULL ORDER BY r.id",
            address="reply.address",
        ),
        "satisfaction": _section(
            "SELECT a.registration_number, s.solved, s.score, s.comment, s.answered_at FROM satisfaction s"
            " JOIN appeal a ON a.id = s.appeal_id WHERE a.applicant_id = :person AND s.answered_at IS NOT NULL ORDER BY s.id"
        ),
        "conversations": _section(
            "SELECT id, channel, opened_at, closed_at, closed_as FROM conversation WHERE applicant_id = :person ORDER BY id"
        ),
        "messages": _section(
            "SELECT conversation_id, created_at, author, text FROM message WHERE conversation_id IN @talks"
            " AND audience = 'citizen' ORDER BY conversation_id, id"
        ),
        "left_messages": _section(
            "SELECT left_at, full_name, phone, email, text FROM left_message WHERE conversation_id IN @talks ORDER BY id",
            phone="left_message.phone",
            email="left_message.email",
        ),
        "calls": _section(
            "SELECT id, direction, caller, started_at, ended_at, seconds, result FROM phone_call"
            " WHERE applicant_id = :person OR conversation_id IN @talks OR appeal_id IN @appeals ORDER BY id",
            caller="phone_call.caller",
        ),
        "transcripts": _section(
            "SELECT r.call_id, r.part, r.transcript FROM recording r JOIN phone_call p ON p.id = r.call_id WHERE r.transcript <> ''"
            " AND (p.applicant_id = :person OR p.conversation_id IN @talks OR p.appeal_id IN @appeals) ORDER BY r.id"
        ),
        "call_attempts": _section(
            "SELECT a.registration_number, t.phone, t.at, t.outcome FROM call_attempt t JOIN appeal a ON a.id = t.appeal_id"
            " WHERE a.applicant_id = :person ORDER BY t.id",
            phone="call_attempt.phone",
        ),
        "mails": _section(
            "SELECT received_at, author, subject, text FROM mail WHERE conversation_id IN @talks OR appeal_id IN @appeals"
            " ORDER BY id",
            author="mail.author",
        ),
        "refusals": _section("SELECT refused_at, reason, text FROM refusal WHERE conversation_id IN @talks ORDER BY id"),
    }
)
CONTACTS = _section("SELECT kind, value FROM contact_point WHERE applicant_id = :person ORDER BY id", value="contact_point.value")
FILES = _whole(
    "SELECT t.storage_key AS key, t.file_name AS name, t.details FROM attachment t JOIN message m ON m.id = t.message_id"
    " WHERE m.conversation_id IN @talks AND m.audience = 'citizen' AND t.state = 'stored' AND t.storage_key <> ''"
    " UNION ALL SELECT f.storage_key, f.file_name, '' FROM appeal_file f"
    " WHERE f.appeal_id IN @appeals AND f.kind IN ('applicant', 'reply')"
    " UNION ALL SELECT r.document_key, '', '' FROM reply r"
    " WHERE r.appeal_id IN @appeals AND r.document_key <> '' AND r.sent_at IS NOT NULL"
    " ORDER BY 2, 1"
).columns(details=SealedJson("attachment.details"))
RECORDINGS = _section(
    "SELECT r.key, r.kept_at, r.file_name FROM recording r JOIN phone_call p ON p.id = r.call_id"
    " WHERE r.state = 'packed' AND r.kept_at <> '' AND"
    " (p.applicant_id = :person OR p.conversation_id IN @talks OR p.appeal_id IN @appeals) ORDER BY r.id"
)
