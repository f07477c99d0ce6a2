"""Messages left by telephone, with what the recorder kept of them."""

from datetime import date
from typing import Any

from core.conversations.model import Conversation, LeftMessage
from core.people.model import ChannelIdentity
from core.phone.model import PhoneCall, Recording
from tests.inbox.world import Centre


async def a_spoken_message(centre: Centre, *, sid: str = "c1", spoken: dict[str, str] | None = None, **given: Any) -> int:
    """A message whose parts were spoken: ``spoken`` holds their transcripts. Due on 25 November 2026 unless told."""
    talk = await centre.a_conversation(mode="closed", name="", words="Голосовое сообщение")
    now = centre.clock.now()
    async with centre.transactions.begin() as tx:
        conversation = await tx.get_one(Conversation, talk)
        conversation.channel = (await tx.get_one(ChannelIdentity, conversation.identity_id)).channel = "voice"
        call = PhoneCall(call_sid=sid, direction="in", caller="+79000000001", started_at=now, ended_at=now)
        tx.add(call)
        await tx.flush()
        said = {"full_name": "", "phone": "+79000000001", "text": "", "due_on": date(2026, 11, 25), **given}
        left = LeftMessage(conversation_id=talk, call_id=call.id, left_at=now, **said)
        tx.add(left)
        await tx.flush()
        for part, words in (spoken or {"name": "", "question": ""}).items():
            tx.add(
                Recording(
                    key=f"message:{sid}:{part}-1",
                    call_id=call.id,
                    call_sid=sid,
                    kind="message",
                    part=part,
                    state="packed",
                    kept_at="http://recorder.test",
                    channels=1,
                    seconds=4.0,
                    started_at=now,
                    peaks=[10, 80, 40],
                    silences=[[1.0, 2.5]],
                    transcript=words,
                    left_message_id=left.id,
                )
            )
        return left.id or 0
