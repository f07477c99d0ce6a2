"""What a member of the duty chat does with the conversation of a topic, under the operators' own rules (reg. 2.6, 2.8.2, 3.1)."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import text

from core.channels import DeliveryError, InboundFile
from core.conversations.holding import ConversationClosed, HeldByOther, NotHeld
from core.conversations.operators import OperatorDesk, Reply
from core.duty.cards import button
from core.duty.handing import HandingDesk, NotOnShift
from core.duty.inbound import SILENT, DutyInbound, Fetch, Notice
from core.duty.posts import OWN, Letter, post
from core.duty.telling import Teller
from core.duty.topics import recipient_of
from core.errors import Invalid, NotAllowed, NotFound, OfficeError
from core.files import FILE_LIMIT
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.words import say
from db.transactions import Transactions

OUTCOMES = ("reference", "registered", "abuse", "no_answer")
"""How a contact ends (2.8.2), as in the inbox."""
FILE_NAMES: Mapping[str, str] = MappingProxyType(
    {"photo": "photo.jpg", "voice": "voice.ogg", "video_note": "video.mp4", "video": "video.mp4", "audio": "audio.mp3"}
)
"""Telegram names no photo and no recording."""

_REFUSALS: Sequence[tuple[type[OfficeError], str]] = (
    (NotHeld, "not_held"),
    (ConversationClosed, "closed"),
    (NotOnShift, "not_on_shift"),
    (NotAllowed, "not_allowed"),
    (NotFound, "gone"),
)
"""From the narrowest to the widest."""
_TYPED = text(
    "SELECT id, text FROM message WHERE conversation_id = :conversation AND details ->> 'client_key' = :key ORDER BY id LIMIT 1"
)


class Deeds:
    """Each deed gives what its doer is told; none of them raises for a refusal."""

    def __init__(
        self, *, transactions: Transactions, operators: OperatorDesk, handing: HandingDesk, teller: Teller, fetch: Fetch
    ) -> None:
        self._transactions = transactions
        self._operators = operators
        self._handing = handing
        self._teller = teller
        self._fetch = fetch

    async def reply(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        """Say it to the citizen; a conversation that nobody holds is taken first, which tells the citizen who speaks (3.1).

        Raises DeliveryError when a file cannot be fetched now.
        """
        files = [file for file in inbound.files if file.remote_id]
        if inbound.problem or len(files) < len(inbound.files) or not (inbound.text or files):
            return Notice(text=say(f"duty.say.{'file_too_big' if inbound.problem == 'file_too_big' else 'unsupported'}"))
        try:
            await self._hold(asker, conversation_id)
            uploads = [await self._upload(asker, conversation_id, file) for file in files]
            said = Reply(text=inbound.text, client_key=_typed_key(inbound), upload_ids=uploads)
            await self._operators.reply(asker, conversation_id, said)
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        return SILENT

    async def note(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        """Write for colleagues only."""
        try:
            await self._operators.note(asker, conversation_id, inbound.argument, _typed_key(inbound))
        except Invalid:
            return Notice(text=say("duty.say.empty_note"))
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        return Notice(text=say("duty.say.noted"))

    async def edited(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        """The citizen has read the former words already: the change is noted for colleagues and its author is told."""
        typed = {"conversation": conversation_id, "key": _typed_key(inbound)}
        async with self._transactions.begin() as tx:
            before = (await tx.execute(_TYPED, typed)).first()
        after = inbound.argument if inbound.command == "note" else inbound.text
        if before is None or before.text == after.strip() or not after.strip():
            return SILENT
        try:
            words = say("duty.say.edit_note", text=after)
            await self._operators.note(asker, conversation_id, words, f"{OWN}-edit:{inbound.key}")
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        return Notice(text=say("duty.say.edited"))

    async def take(self, asker: Asker, conversation_id: int, inbound: DutyInbound, *, holder: int | None = None) -> Notice:
        """Take it, or take it over from the holder named; who was first is told to the second."""
        try:
            await self._operators.take(asker, conversation_id, from_operator_id=holder)
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        told = say("duty.say.taken", name=asker.full_name)
        await self._teller.tell(*([_done(inbound, told)] if holder is not None and inbound.pressed else []))
        return Notice(text=told)

    async def offer_hand_over(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        """Show who may get it: colleagues on shift, and the bot."""
        try:
            await self._may_hand_over(asker, conversation_id)
            colleagues = await self._handing.colleagues(asker)
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        rows = [[{"title": one.full_name[:60], "data": f"h:{conversation_id}:{one.id}"}] for one in colleagues]
        rows += [[button("to_bot", f"h:{conversation_id}:bot")], [button("cancel", f"x:{conversation_id}")]]
        await self._teller.tell(_menu(conversation_id, inbound, "hand_over" if colleagues else "nobody_on_shift", rows))
        return SILENT

    async def hand_over(self, asker: Asker, conversation_id: int, inbound: DutyInbound, to: str) -> Notice:
        """Give it to a colleague, or back to the bot."""
        try:
            if to == "bot":
                await self._operators.hand_back(asker, conversation_id)
                told = say("duty.say.handed_back")
            else:
                colleague = await self._handing.hand_over(asker, conversation_id, int(to))
                told = say("duty.say.handed_over", name=colleague.full_name)
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        await self._teller.tell(*([_done(inbound, told)] if inbound.pressed else []))
        return Notice(text=told)

    async def offer_outcomes(self, asker: Asker, conversation_id: int, inbound: DutyInbound) -> Notice:
        """Show how a contact may end."""
        try:
            await self._operators.must_hold(asker, conversation_id, Ability.CLOSE)
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        rows = [[{"title": say(f"duty.outcome.{one}"), "data": f"c:{conversation_id}:{one}"}] for one in OUTCOMES]
        rows.append([button("cancel", f"x:{conversation_id}")])
        await self._teller.tell(_menu(conversation_id, inbound, "outcome", rows))
        return SILENT

    async def close(self, asker: Asker, conversation_id: int, inbound: DutyInbound, outcome: str) -> Notice:
        """End it with this outcome."""
        told = say("duty.say.closed_as", outcome=say(f"duty.outcome.{outcome}"))
        try:
            await self._operators.close(asker, conversation_id, outcome)
        except Invalid:
            return Notice(text=say("duty.say.no_appeal"), loud=True)
        except ConversationClosed:
            told = say("duty.say.closed")
        except OfficeError as refused:
            return await self._refused(asker, conversation_id, inbound, refused)
        await self._teller.tell(*([_done(inbound, told)] if inbound.pressed else []))
        return Notice(text=told)

    async def cancel(self, inbound: DutyInbound) -> Notice:
        """The choice is no longer wanted."""
        await self._teller.tell(_done(inbound, say("duty.say.cancelled")))
        return SILENT

    async def _hold(self, asker: Asker, conversation_id: int) -> None:
        try:
            await self._operators.must_hold(asker, conversation_id, Ability.REPLY)
        except NotHeld:
            await self._operators.take(asker, conversation_id)

    async def _may_hand_over(self, asker: Asker, conversation_id: int) -> None:
        try:
            await self._operators.must_hold(asker, conversation_id, Ability.HAND_BACK)
        except HeldByOther:
            if not asker.may(Ability.TAKE_OVER):
                raise

    async def _upload(self, asker: Asker, conversation_id: int, file: InboundFile) -> str:
        content = await self._fetch(file.remote_id, FILE_LIMIT)
        name = file.file_name or FILE_NAMES.get(file.kind, file.kind)
        return (await self._operators.upload(asker, conversation_id, name, content)).id

    async def _refused(self, asker: Asker, conversation_id: int, inbound: DutyInbound, refused: OfficeError) -> Notice:
        """The refusal in words; a colleague's conversation is offered to those who may take it over."""
        if isinstance(refused, HeldByOther):
            holder = refused.facts.get("operator_id")
            told = say("duty.say.held", name=refused.facts.get("operator") or say("duty.nameless"))
            if isinstance(holder, int) and asker.may(Ability.TAKE_OVER):
                rows = [[button("take_over", f"o:{conversation_id}:{holder}")], [button("cancel", f"x:{conversation_id}")]]
                await self._teller.tell(_menu(conversation_id, inbound, "take_over", rows))
            return Notice(text=told, loud=True)
        if isinstance(refused, DeliveryError):
            if not refused.permanent:
                raise refused
            return Notice(text=say("duty.say.no_file"))
        if isinstance(refused, Invalid):
            return Notice(text=say("duty.say.bad_file"))
        word = next((word for kind, word in _REFUSALS if isinstance(refused, kind)), "failed")
        return Notice(text=say(f"duty.say.{word}"), loud=True)


def _typed_key(inbound: DutyInbound) -> str:
    """The client key of what was typed: the message's number in its group, so that an edit finds it again."""
    return f"{OWN}:{inbound.chat_id}:{inbound.message_id}"


def _menu(conversation_id: int, inbound: DutyInbound, word: str, rows: list[list[dict[str, str]]]) -> Letter:
    recipient = recipient_of(conversation_id=conversation_id)
    return post(recipient, f"menu:{inbound.key}", say(f"duty.menu.{word}"), silent=True, buttons=rows)


def _done(inbound: DutyInbound, words: str) -> Letter:
    """The message with the choice shows what was chosen, and its buttons go."""
    content = {"do": "edit", "message_id": inbound.message_id, "text": words}
    recipient = recipient_of(conversation_id=int(inbound.pressed.split(":")[1]))
    return Letter(recipient=recipient, key=f"chosen:{inbound.key}", content=content)
