"""The answer that a caller heard, sent to them to be read: by e-mail, or to the Telegram chat of the same person."""

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.conversations.answering import Librarian, answer_words
from core.conversations.speaking import on_telegram, speak
from core.deliveries.outbox import Outbox
from core.errors import NotFound
from core.people.emails import find_emails
from core.phone.talks import sender_of
from core.vocabulary import ChannelName
from core.words import say
from db.transactions import Transactions, keys_in
from db.types import Marked, Sealed

_HEARD = text(
    """
    SELECT m.id AS message, c.id AS conversation, CAST(m.details -> 'articles' -> 0 ->> 0 AS bigint) AS article
    FROM channel_identity i JOIN conversation c ON c.identity_id = i.id JOIN message m ON m.conversation_id = c.id
    WHERE i.channel = 'voice' AND i.external_mark = :sender AND m.author = 'citizen' AND m.details @> '{"answered": true}'
    ORDER BY m.id DESC LIMIT 1
    """
).bindparams(bindparam("sender", type_=Marked))
_KNOWN = """
    SELECT {wanted} FROM contact_point p {joined}
    WHERE p.kind = 'phone' AND p.value_mark = :phone ORDER BY {newest} DESC LIMIT 1
"""
_EMAIL = (
    text(
        _KNOWN.format(
            wanted="e.value",
            joined="JOIN contact_point e ON e.applicant_id = p.applicant_id AND e.kind = 'email'",
            newest="e.id",
        )
    )
    .bindparams(bindparam("phone", type_=Marked))
    .columns(value=Sealed("contact_point.value"))
)
_ACCOUNT = (
    text(
        _KNOWN.format(
            wanted="t.external_id",
            joined="JOIN channel_identity t ON t.applicant_id = p.applicant_id AND t.channel = 'telegram' AND t.blocked_at IS NULL",
            newest="t.id",
        )
    )
    .bindparams(bindparam("phone", type_=Marked))
    .columns(external_id=Sealed("channel_identity.external_id"))
)


class NowhereToSend(NotFound):
    """No answer was heard, or the person is not known on the channel; ``facts['what']``: answer or address."""

    code = "nowhere_to_send"


class PhoneAnswers:
    """Sends what was heard."""

    def __init__(self, *, transactions: Transactions, clock: Clock, outbox: Outbox, librarian: Librarian) -> None:
        self._transactions = transactions
        self._clock = clock
        self._outbox = outbox
        self._librarian = librarian

    async def send(self, call_sid: str, caller: str, channel: ChannelName, to: str) -> None:
        """Send the newest answer of the caller in full, with its source and date; a repeat sends it once.

        ``to``: an e-mail that was said; empty: the one on the card of whoever has this number. On Telegram the number decides.
        Raises NowhereToSend.
        """
        async with self._transactions.begin() as tx:
            heard = (await tx.execute(_HEARD, {"sender": sender_of(caller, call_sid)})).mappings().first()
        if heard is None:
            raise NowhereToSend(what="answer")
        article = await self._librarian.recite(heard["article"])
        words, now = answer_words(article), self._clock.now()
        async with self._transactions.begin() as tx:
            if channel is ChannelName.TELEGRAM:
                account = await _known(tx, caller, by_email=False)
                where = await on_telegram(tx, account) if account else None
                if where is None:
                    raise NowhereToSend(what="address")
                await speak(tx, self._outbox, where, say("phone.answer", answer=words), now, of_record=False)
                return
            address = next(iter(find_emails(to)), "") or (await _known(tx, caller, by_email=True) if not to else "")
            if not address:
                raise NowhereToSend(what="address")
            await self._outbox.write_letter(
                tx,
                channel=ChannelName.EMAIL,
                recipient=address,
                content={"subject": article.title, "text": say("phone.answer", answer=words), "files": [], "kind": "reply"},
                now=now,
                key=f"phone-answer:{heard['message']}:{keys_in(tx).mark(address)}",
                of_record=False,
            )


async def _known(tx: AsyncSession, phone: str, *, by_email: bool) -> str:
    if not phone:
        return ""
    return str((await tx.execute(_EMAIL if by_email else _ACCOUNT, {"phone": phone})).scalar() or "")
