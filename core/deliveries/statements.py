"""What the desk of deliveries asks of the database and tells it, in plain SQL: what is sealed is given its type."""

from sqlalchemy import bindparam, text

from db.types import Marked, Sealed, SealedJson

_RECIPIENT, _CONTENT = Sealed("delivery.recipient"), SealedJson("delivery.content")
_MARK = bindparam("recipient", type_=Marked)
UNSENT = (
    text(
        "SELECT id, message_id, channel, recipient, content, of_record, state, tries, next_try_at, conversation_id, subject"
        " FROM delivery WHERE channel = :channel AND recipient_mark = :recipient AND state IN ('waiting', 'sending')"
        " ORDER BY id LIMIT 50"
    )
    .bindparams(_MARK)
    .columns(recipient=_RECIPIENT, content=_CONTENT)
)
LANE = text("SELECT channel, recipient FROM delivery WHERE id = :id").columns(recipient=_RECIPIENT)
CLAIM = text("UPDATE delivery SET state = 'sending', doubtful = doubtful OR state = 'sending' WHERE id = :id")
SENT = text(
    """
    WITH done AS (
        UPDATE delivery d SET state = 'sent', sent_at = :now, provider_id = told.provider, error = ''
        FROM jsonb_to_recordset(CAST(:done AS jsonb)) AS told(id bigint, provider text) WHERE d.id = told.id
        RETURNING d.conversation_id, d.message_id, d.provider_id
    ), named AS (
        UPDATE message m SET external_id = left(done.provider_id, 64) FROM done
        WHERE m.id = done.message_id AND m.external_id = ''
    ), event AS (
        INSERT INTO live_event (kind, audience, payload, at)
        SELECT 'message', '', jsonb_build_object('conversation_id', conversation_id, 'message_id', message_id), :now
        FROM done WHERE message_id IS NOT NULL RETURNING id
    )
    SELECT pg_notify('live_event', CAST(id AS text)) FROM event
    """
)
AGAIN = text(
    "UPDATE delivery SET state = 'waiting', tries = tries + 1, next_try_at = :at, error = :error,"
    " doubtful = doubtful OR :maybe_sent, content = :content WHERE id = :id"
).bindparams(bindparam("content", type_=_CONTENT))
PUT_BACK = text("UPDATE delivery SET state = 'waiting' WHERE id = ANY(:ids) AND state = 'sending'")
FAILED = text("UPDATE delivery SET state = 'failed', tries = tries + 1, error = :error WHERE id = :id")
BLOCKED = text(
    "UPDATE channel_identity SET blocked_at = :now WHERE channel = :channel AND external_mark = :recipient AND blocked_at IS NULL"
).bindparams(_MARK)
TASK = text(
    "UPDATE conversation SET mode = 'waiting', waiting_since = :now, hand_off_reason = 'delivery_failed', version = version + 1"
    " WHERE id = :conversation AND mode = 'bot'"
)
DUE = text(
    "SELECT DISTINCT ON (channel, recipient_mark) channel, recipient FROM delivery WHERE state IN ('waiting', 'sending')"
    " AND next_try_at < :before AND channel = ANY(:channels) ORDER BY channel, recipient_mark LIMIT 200"
).columns(recipient=_RECIPIENT)
