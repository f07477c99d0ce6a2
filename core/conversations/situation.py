"""Where a conversation stands when something comes in: read in one query, made when there is none yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.channels import Inbound
from core.deliveries.outbox import lane_of
from core.vocabulary import ConversationMode
from db.alone import Alone
from db.types import Marked, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """The person, their open conversation, and the facts that the dialogue is told.

    ``unhandled`` names the events of this person that are stored and wait.
    """

    identity_id: int
    applicant_id: int | None
    conversation_id: int
    channel: str
    recipient: str
    mode: ConversationMode
    operator_id: int | None
    dialogue_state: Any
    dialogue_asks: str | None
    pending_outcome: Any
    warnings: int
    version: int
    emergency: bool
    last_author: str
    comment_on: int | None
    comment_until: datetime | None
    known_name: str
    known_contact: str
    consent: bool
    unsent: int
    operators_online: bool
    unhandled: tuple[str, ...]
    is_new: bool = False

    @property
    def slots(self) -> dict[str, object]:
        """The core's facts, as the dialogue's slots."""
        return {
            "consent": self.consent,
            "known_name": self.known_name or None,
            "known_contact": self.known_contact or None,
            "operators_online": self.operators_online,
            "warned": self.warnings > 0,
        }


_ACCOUNT = Sealed("channel_identity.external_id")
_LOAD = (
    text(
        """
    SELECT i.id AS identity_id, COALESCE(c.applicant_id, i.applicant_id) AS applicant_id, c.id AS conversation_id, i.channel,
        i.external_id AS recipient, c.mode, c.operator_id, c.dialogue_state, c.dialogue_asks, c.pending_outcome, c.warnings,
        c.version, c.emergency, c.last_author, c.comment_on, c.comment_until,
        COALESCE(NULLIF(concat_ws(' ', NULLIF(a.surname, ''), NULLIF(a.given_name, ''), NULLIF(a.patronymic, '')), ''), '')
            AS known_name,
        COALESCE((SELECT p.value FROM contact_point p WHERE p.applicant_id = a.id ORDER BY p.kind DESC, p.id LIMIT 1), '')
            AS known_contact,
        a.consent_at IS NOT NULL AS consent,
        (SELECT count(*) FROM delivery d WHERE d.conversation_id = c.id AND d.state IN ('waiting', 'sending')) AS unsent,
        EXISTS (SELECT 1 FROM staff_member s WHERE s.on_shift_since IS NOT NULL AND s.is_active) AS operators_online,
        ARRAY(SELECT t.external_id FROM inbound_item t WHERE t.lane_mark = :lane AND t.handled_at IS NULL)
            AS unhandled
    FROM channel_identity i
    LEFT JOIN conversation c ON c.identity_id = i.id AND c.mode <> 'closed'
    LEFT JOIN applicant a ON a.id = COALESCE(c.applicant_id, i.applicant_id)
    WHERE i.channel = :channel AND i.external_mark = :sender
    """
    )
    .bindparams(bindparam("sender", type_=Marked), bindparam("lane", type_=Marked))
    .columns(recipient=_ACCOUNT, known_contact=Sealed("contact_point.value"))
)
_IDENTITY = text(
    "INSERT INTO channel_identity (channel, external_id, external_mark, display_name, created_at)"
    " VALUES (:channel, :sender, :mark, :name, :now)"
    " ON CONFLICT (channel, external_mark) DO UPDATE SET display_name = EXCLUDED.display_name RETURNING id, applicant_id"
).bindparams(bindparam("sender", type_=_ACCOUNT), bindparam("mark", type_=Marked))
_CONVERSATION = text(
    """
    INSERT INTO conversation (channel, identity_id, applicant_id, mode, hand_off_reason, last_message_at, last_author, preview,
        unread, warnings, emergency, opened_at, closed_as, version)
    VALUES (:channel, :identity, :applicant, 'bot', '', :now, 'citizen', '', 0, 0, false, :now, '', 0)
    RETURNING id
    """
)
_CONTACT = text("INSERT INTO contact (conversation_id, channel, started_at, outcome) VALUES (:conversation, :channel, :now, '')")


async def load(tx: AsyncSession, inbound: Inbound, now: datetime) -> Situation:
    """The situation of the sender. A first message opens the conversation and counts the contact (reg. 2.5.2)."""
    found = await reload(tx, inbound.channel, inbound.sender)
    if found is not None:
        return found
    account = {"sender": inbound.sender, "mark": inbound.sender}
    who = {"channel": inbound.channel, **account, "name": inbound.sender_name[:200], "now": now}
    identity = (await tx.execute(_IDENTITY, who)).mappings().one()
    opened = {"channel": inbound.channel, "identity": identity["id"], "applicant": identity["applicant_id"], "now": now}
    conversation = (await tx.execute(_CONVERSATION, opened)).scalar_one()
    await tx.execute(_CONTACT, {"conversation": conversation, "channel": inbound.channel, "now": now})
    made = await reload(tx, inbound.channel, inbound.sender, is_new=True)
    if made is None:
        raise RuntimeError("the conversation that was just opened is not there")
    return made


async def reload(tx: AsyncSession | Alone, channel: str, sender: str, *, is_new: bool = False) -> Situation | None:
    """The situation of somebody whose conversation is open; None when there is none."""
    who = {"channel": channel, "sender": sender, "lane": lane_of(channel, sender)}
    row = (await tx.execute(_LOAD, who)).mappings().first()
    if row is None or row["conversation_id"] is None:
        return None
    return Situation(**{**row, "mode": ConversationMode(row["mode"]), "unhandled": tuple(row["unhandled"])}, is_new=is_new)
