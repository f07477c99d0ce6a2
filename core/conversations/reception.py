"""The citizens' side: one inbound event becomes a stored turn with its answers (design, "How data flows")."""

from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.live import LiveKind, announce_all
from core.channels import Inbound
from core.clock import Clock
from core.conversations.answering import SUGGESTED, Librarian, admit_ignorance, give_article, suggest
from core.conversations.asides import answer_aside, left_aside
from core.conversations.effects import Effects
from core.conversations.events import note_event
from core.conversations.fallback import OUTAGE, answer_without_dialogue
from core.conversations.hearing import Heard, as_said, bot_answers, hear, is_event
from core.conversations.records import (
    Received,
    mark_handled,
    received,
    store_attachments,
    store_turn,
)
from core.conversations.serving import service_card
from core.conversations.situation import Situation, load, reload
from core.conversations.turn import Reply, Turn
from core.deliveries.desk import DeliveryDesk, Lane
from core.dialogue import Command, Dialogue, DialogueUnavailable, TurnAnswer, TurnRequest
from core.errors import NotFirst, NotFound
from core.jobs import Jobs
from core.logs import log
from core.vocabulary import ChannelName, ConversationMode
from core.words import buttons, say
from db.transactions import Transactions
from db.types import Sealed

CONTACT = "contact"
"""The slot of the forms that a shared telephone number fills."""
FETCH = "fetch_attachment"
"""The job that brings a file from its channel."""

_UNTOLD = text(
    "SELECT i.channel, i.external_id FROM conversation c JOIN channel_identity i ON i.id = c.identity_id"
    " WHERE c.pending_outcome IS NOT NULL AND c.mode <> 'closed' LIMIT 200"
).columns(external_id=Sealed("channel_identity.external_id"))


class Reception:
    """Receives what a channel brought. Every method is called under the person's lock."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        dialogue: Dialogue,
        librarian: Librarian,
        effects: Effects,
        deliveries: DeliveryDesk,
        jobs: Jobs,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._dialogue = dialogue
        self._librarian = librarian
        self._effects = effects
        self._deliveries = deliveries
        self._jobs = jobs

    async def receive(self, inbound: Inbound, item: int | Awaitable[int | None], *, fresh: str | None = None) -> None:
        """Store the event with everything it causes, then send the answers, and what waited before them.

        ``item`` is the number of the inbound item, or what will give it when it is committed (None: a repeat, nothing is done).
        ``fresh`` is the event's own identity when nobody has looked yet whether another waits before it: NotFirst when one does.

        Raises Conflict when another process stored a turn meanwhile: the item is then taken up again from its beginning.
        """
        now = self._clock.now()
        if is_event(inbound):
            async with self._transactions.begin() as tx:
                await note_event(tx, await load(tx, inbound, now), inbound, now)
                await mark_handled(tx, item if isinstance(item, int) else await item, now)
            return
        at, heard = await self._hear(inbound, now)
        if fresh is not None and set(at.unhandled) - {fresh}:
            raise NotFirst("an earlier event of this person waits")
        if at.pending_outcome:  # a crash came between a deed and the words about it
            at = await self._tell_outcome(at)
        turn, commands = await self._decide(at, heard)
        item_id = item if isinstance(item, int) else await item
        if item_id is None:
            return
        done = await self._store(at, inbound, heard, turn, commands, item_id)
        await self._send(done)
        if done.outcome_pending:
            await self.finish(inbound.channel, inbound.sender)
        if at.unsent:
            await self._deliveries.drain_held(Lane(channel=at.channel, recipient=at.recipient))

    async def _hear(self, inbound: Inbound, now: datetime) -> tuple[Situation, Heard]:
        """Who it is and what they mean: reads only, unless it is somebody's first message."""
        async with self._transactions.each_alone() as connection:
            at = await reload(connection, inbound.channel, inbound.sender)
            if at is not None:
                return at, await hear(connection, at, inbound, now)
        async with self._transactions.begin() as tx:
            at = await load(tx, inbound, now)
            return at, await hear(tx, at, inbound, now)

    async def finish(self, channel: str, sender: str) -> None:
        """Tell an outcome that is still untold, if there is one."""
        async with self._transactions.begin() as tx:
            at = await reload(tx, channel, sender)
        if at is not None and at.pending_outcome:
            await self._tell_outcome(at)

    async def untold(self) -> list[tuple[str, str]]:
        """Channel and sender of everybody whom a crash left without the outcome of a deed, such as a number."""
        async with self._transactions.begin() as tx:
            return [(row.channel, row.external_id) for row in await tx.execute(_UNTOLD)]

    async def _decide(self, at: Situation, heard: Heard) -> tuple[Turn, tuple[Command, ...]]:
        """Ask the dialogue and the knowledge base; no transaction is open here."""
        turn = Turn(details=dict(heard.details), changes=left_aside(at, heard))
        if heard.abusive:
            turn.changes["warnings"] = at.warnings + 1
        if heard.is_aside or not bot_answers(at, heard):
            return turn, ()
        if heard.own or heard.service is not None:
            self._own_words(turn, heard)
            return turn, ()
        if heard.intent == "ask_article":
            await self._recite(turn, heard, at)
            return turn, ()
        if at.mode is ConversationMode.WAITING and heard.intent == "cancel":
            turn.changes.update(mode=ConversationMode.BOT, waiting_since=None, hand_off_reason="")
            turn.say(say("hand_off.cancelled"), menu=True)
            return turn, ()
        request = TurnRequest(
            conversation=str(at.conversation_id),
            channel=at.channel,
            text=heard.text,
            intent=heard.intent,
            entities=heard.entities,
            slots=at.slots,
            state=at.dialogue_state,
        )
        answer = await self._ask(request, turn, at)
        if answer.requested_slot == CONTACT and at.dialogue_asks != CONTACT:
            turn.replies.append(Reply(text=say("contact.share"), ask_contact=True))
        commands = []
        for command in answer.commands:
            if command.do == "answer_question":
                await self._answer_question(request, turn, at, command)
            elif command.do == "alarm":
                commands.append(replace(command, arguments={**command.arguments, "kind": heard.emergency}))
            else:
                commands.append(command)
        return turn, tuple(commands)

    def _own_words(self, turn: Turn, heard: Heard) -> None:
        if heard.service is not None:
            turn.replies.append(service_card(heard.service))
            return
        offers = buttons("received.buttons") if heard.own.startswith("received.") else ()
        turn.say(say(heard.own), buttons=offers)

    async def _ask(self, request: TurnRequest, turn: Turn, at: Situation) -> TurnAnswer:
        try:
            answer = await self._dialogue.turn(request)
        except DialogueUnavailable as gone:
            log.warning("dialogue.unavailable", conversation=at.conversation_id, why=str(gone))
            answer = answer_without_dialogue(request, turn, at.dialogue_asks)
        turn.speak(answer.messages)
        turn.follow(answer)
        return answer

    async def _answer_question(self, request: TurnRequest, turn: Turn, at: Situation, command: Command) -> None:
        """Search, answer in words, and tell the dialogue how it went; all before anything is stored."""
        found = await self._librarian.search(str(command.arguments.get("query") or request.text or ""), SUGGESTED)
        away = turn.changes.get("dialogue_asks") == OUTAGE
        # a form that was interrupted repeats its question after the answer; the notice of an outage comes before it
        asked_again, turn.replies = ([], turn.replies) if away else (turn.replies, [])
        turn.details["articles"] = [[hit.article_id, round(hit.score, 3)] for hit in found.hits[:SUGGESTED]]
        turn.details["answered"] = found.answered
        if found.answered:
            give_article(turn, found.hits[0], heard=at.channel == ChannelName.VOICE)
        outcome = replace(
            request,
            text=None,
            entities=(),
            intent="kb_answered" if found.answered else "kb_missed",
            state=turn.changes.get("dialogue_state"),
        )
        try:
            if away:
                raise DialogueUnavailable("already away in this turn")
            answer = await self._dialogue.turn(outcome)
            turn.speak(answer.messages)
            turn.changes.update(dialogue_state=answer.state, dialogue_asks=answer.requested_slot)
        except DialogueUnavailable:
            if not found.answered:
                admit_ignorance(turn)
        if not found.answered:
            suggest(turn, found.hits)
        turn.replies.extend(asked_again)

    async def _recite(self, turn: Turn, heard: Heard, at: Situation) -> None:
        """An article that was chosen by a button."""
        wanted = next((e.value for e in heard.entities if e.entity == "article"), "")
        try:
            give_article(turn, await self._librarian.recite(int(wanted)), heard=at.channel == ChannelName.VOICE)
            turn.details.update(articles=[[int(wanted), 1.0]], answered=True)
        except (NotFound, ValueError):
            turn.say(say("problem.stale_button"))

    async def _store(
        self, at: Situation, inbound: Inbound, heard: Heard, turn: Turn, commands: tuple[Command, ...], item_id: int
    ) -> Received:
        """Everything of this turn in one transaction; the commands are carried out here."""
        now, said = self._clock.now(), as_said(inbound, heard)
        if not (commands or inbound.files or heard.is_aside):
            async with self._transactions.each_alone() as connection:
                _, rows = await store_turn(connection, at, turn, now, said=said, item_id=item_id)
            return received(at, rows, outcome_pending=False)
        async with self._transactions.begin() as tx:
            for command in commands:
                await self._effects.carry_out(tx, at, turn, command, f"inbound:{item_id}", now)
            if heard.is_aside:
                await answer_aside(tx, turn, heard, now)
            await tx.flush()
            message_id, rows = await store_turn(tx, at, turn, now, said=said, item_id=item_id)
            if inbound.files and message_id is not None:
                await self._fetch_files(tx, at, await store_attachments(tx, message_id, inbound.files))
            await self._announce(tx, at, turn, message_id, now)
        return received(at, rows, outcome_pending="pending_outcome" in turn.changes)

    async def _tell_outcome(self, at: Situation) -> Situation:
        """Tell the dialogue what came of its command, and the citizen what the dialogue makes of it."""
        pending: dict[str, Any] = dict(at.pending_outcome)
        turn = Turn(changes={"pending_outcome": None})
        request = TurnRequest(
            conversation=str(at.conversation_id),
            channel=at.channel,
            intent=str(pending["intent"]),
            slots={**at.slots, **pending["slots"]},
            state=at.dialogue_state,
        )
        try:
            answer = await self._dialogue.turn(request)
            turn.speak(answer.messages)
            turn.follow(answer)
        except DialogueUnavailable:
            turn.changes.update(dialogue_state=None, dialogue_asks=OUTAGE)
        if not turn.replies:
            turn.say(str(pending["words"]))
        turn.replies = [replace(reply, of_record=True) for reply in turn.replies]
        turn.say(say("contact.back"), menu=True)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            _, rows = await store_turn(tx, at, turn, now)
        await self._send(received(at, rows, outcome_pending=False))
        return replace(
            at,
            pending_outcome=None,
            version=at.version + 1,
            dialogue_state=turn.changes.get("dialogue_state"),
            dialogue_asks=turn.changes.get("dialogue_asks"),
        )

    async def _fetch_files(self, tx: AsyncSession, at: Situation, attachment_ids: list[int]) -> None:
        for attachment in attachment_ids:
            await self._jobs.defer(tx, FETCH, channel=at.channel, attachment_id=attachment)

    async def _announce(self, tx: AsyncSession, at: Situation, turn: Turn, message_id: int | None, now: datetime) -> None:
        """Tell the screens of a hand-off and of an alarm; of the messages they know already."""
        events: list[tuple[LiveKind, dict[str, int | str]]] = []
        if turn.handed_off:
            events.append((LiveKind.HANDED_OFF, {"conversation_id": at.conversation_id}))
        if turn.alarm:
            ids: dict[str, int | str] = {"conversation_id": at.conversation_id, "message_id": message_id or 0, "alarm": turn.alarm}
            events.append((LiveKind.ALARM, ids))
        await announce_all(tx, events, now)

    async def _send(self, done: Received) -> None:
        """Send this turn's answers at once; anything that fails or was waiting is the worker's."""
        sent = []
        for row in done.rows:
            sent.append(await self._deliveries.send(row))
            if sent[-1].error is not None:
                break
        if sent:
            await self._deliveries.note(sent, done.conversation_id)
        unsent = done.rows[len(sent) :]
        if unsent:
            await self._deliveries.put_back([row.id for row in unsent])
