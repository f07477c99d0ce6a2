"""What a citizen's event means for the dialogue: a text, a given intent, or something that the core answers itself."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.calls.asking import Press
from core.channels import Inbound, InboundKind
from core.conversations.fallback import OUTAGE
from core.conversations.situation import Situation
from core.dialogue import Entity
from core.lexicon.abuse import is_abusive
from core.lexicon.emergency import find_emergency
from core.menu.services import Service, service_for
from core.people.normaliser import extract_entities
from core.vocabulary import ChannelName, ConversationMode
from db.alone import Alone

HEARD = 4000
"""Characters of a text that the dialogue reads."""
ALWAYS = frozenset(
    {"menu", "news", "ask_question", "connect_dispatch", "operator", "appeal_status", "start", "ask_article", "cancel"}
)
"""Intents of buttons that never grow stale."""
ANSWERED_WHILE_WAITING = frozenset({"menu", "news", "connect_dispatch", "appeal_status", "cancel", "emergency", "ask_article"})
"""What the bot still answers while the person waits for an operator."""
ASIDE = frozenset(press.value for press in Press)
"""Intents that the dialogue never hears of, and whose messages make no button of the dialogue stale."""
OWN_WORDS = {"help": "help.text", "privacy": "help.privacy"}

_BUTTON = text(
    """
    SELECT m.buttons, m.conversation_id = :conversation AS here, c.identity_id = :identity AS mine,
        m.id = (SELECT max(n.id) FROM message n WHERE n.conversation_id = m.conversation_id AND n.buttons <> '[]'::jsonb
            AND n.buttons -> 0 ->> 'intent' <> ALL(CAST(:aside AS text[]))) AS newest
    FROM message m JOIN conversation c ON c.id = m.conversation_id WHERE m.id = :message
    """
)
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """``own`` is a key of the core's words that answers everything, ``service`` is answered by its card; otherwise the dialogue is
    asked, unless it is said aside.

    ``comment_on`` is the answer beside which the text is the comment that the citizen announced.
    """

    text: str | None = None
    intent: str | None = None
    entities: tuple[Entity, ...] = ()
    own: str = ""
    service: Service | None = None
    emergency: str = ""
    abusive: bool = False
    comment_on: int | None = None
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def is_aside(self) -> bool:
        """Whether it answers a question about a closed matter: it concerns neither the dialogue nor an operator's talk."""
        return self.comment_on is not None or self.intent in ASIDE


async def hear(tx: AsyncSession | Alone, at: Situation, inbound: Inbound, now: datetime) -> Heard:
    """Emergencies come first, in any state; then abuse; then buttons, commands, an announced comment and other words."""
    words = "" if inbound.intent is not None else inbound.text[:HEARD]  # a command or a title of our own keyboard
    if (first := heard_first(words)) is not None:
        return first
    if inbound.button is not None:
        return await _pressed(tx, at, inbound.button)
    if inbound.intent in OWN_WORDS:
        return Heard(own=OWN_WORDS[inbound.intent])
    if inbound.intent is not None:
        return Heard(intent=inbound.intent, entities=inbound.entities)
    if at.comment_on is not None and at.comment_until is not None and now < at.comment_until and _WORD.search(words):
        return Heard(text=inbound.text, comment_on=at.comment_on)
    return _said(at, inbound, words)


def heard_first(words: str) -> Heard | None:
    """What stands before the dialogue in any state: danger, then abuse; None when the words are neither."""
    danger = find_emergency(words) if words else None
    if danger is not None:
        return Heard(text=words, intent="emergency", emergency=danger.kind, details={"emergency": danger.kind})
    if words and is_abusive(words):
        return Heard(text=words, intent="abusive", abusive=True, details={"abusive": True})
    return None


def as_said(inbound: Inbound, heard: Heard) -> Inbound:
    """What the operators read: of a pressed button its title."""
    title = heard.details.get("button")
    return replace(inbound, text=str(title)) if title and not inbound.text else inbound


def _said(at: Situation, inbound: Inbound, words: str) -> Heard:
    if inbound.entities and not words:
        return Heard(intent="inform", entities=inbound.entities)
    if inbound.problem:
        return Heard(own=f"problem.{inbound.problem}")
    if not _WORD.search(words):
        if inbound.files:
            voice = inbound.files[0].kind in {"voice", "video_note"}
            return Heard(own="received.voice" if voice else "received.file")
        return Heard(own="problem.unreadable")
    asks = at.dialogue_asks if at.dialogue_asks != OUTAGE else None
    if not asks and (service := service_for(words)) is not None:
        return Heard(text=words, service=service, details={"service": service.name})
    return Heard(text=words, entities=(*inbound.entities, *extract_entities(words, requested_slot=asks)))


async def _pressed(tx: AsyncSession | Alone, at: Situation, button: tuple[int, int]) -> Heard:
    """The intent of a button, if it is on the citizen's own message and has not grown stale.

    A question about a closed matter may be answered later, in another conversation than the one in which it was put.
    """
    message, index = button
    facts = {"conversation": at.conversation_id, "identity": at.identity_id, "message": message, "aside": sorted(ASIDE)}
    row = (await tx.execute(_BUTTON, facts)).mappings().first()
    drawn = row["buttons"] if row is not None and row["mine"] else []
    if row is None or not 0 <= index < len(drawn):
        return Heard(own="problem.stale_button")
    chosen = drawn[index]
    is_fresh = row["here"] and (row["newest"] or chosen["intent"] in ALWAYS)
    if not is_fresh and chosen["intent"] not in ASIDE:
        return Heard(own="problem.stale_button")
    entities = tuple(Entity(entity=name, value=str(value)) for name, value in chosen["entities"].items())
    return Heard(intent=chosen["intent"], entities=entities, details={"button": chosen["title"]})


def is_event(inbound: Inbound) -> bool:
    """Something that is not said: an edit, or the person stopping or resuming the channel."""
    return inbound.kind in {InboundKind.EDIT, InboundKind.BLOCKED, InboundKind.UNBLOCKED}


def bot_answers(at: Situation, heard: Heard) -> bool:
    """Whether the bot speaks: never over an operator, unless there is danger; little while the person waits for one.

    Who speaks to the menu of the telephone is on no line with an operator, whoever holds an earlier talk of theirs.
    """
    if at.channel == ChannelName.VOICE:
        return True
    if at.mode is ConversationMode.OPERATOR:
        return bool(heard.emergency)
    if at.mode is ConversationMode.WAITING:
        refused = bool(heard.own) and not heard.own.startswith("received.")
        return heard.intent in ANSWERED_WHILE_WAITING or refused
    return True
