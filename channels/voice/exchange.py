"""The exchange of core/phone/port.py over jambonz."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from channels.voice.addresses import Addresses
from channels.voice.api import JambonzApi
from channels.voice.numbers import dialable
from channels.voice.rendering import Trunk
from core.phone.port import DialOrder, ExchangeCall
from core.phone.vocabulary import LineKind


class JambonzExchange:
    """Implements core.phone.port.Exchange. ``application``: ours in jambonz; ``speak`` makes written words words for the ear."""

    def __init__(
        self, api: JambonzApi, addresses: Addresses, trunk: Trunk, *, application: str, speak: Callable[[str], str]
    ) -> None:
        self._api = api
        self._addresses = addresses
        self._trunk = trunk
        self._application = application
        self._speak = speak

    async def redirect(self, call_sid: str, path: str, **values: str) -> None:
        """Let the call go on with our hook ``/voice/<path>``; raises CallGone, ExchangeAway, ExchangeRefused."""
        hook = self._addresses.redirection(call_sid, path, values)
        await self._api.update_call(call_sid, {"call_hook": hook})

    async def mute(self, call_sid: str, *, muted: bool) -> None:
        """Let nobody hear this leg, or hear it again; raises CallGone, ExchangeAway, ExchangeRefused."""
        await self._api.update_call(call_sid, {"mute_status": "mute" if muted else "unmute"})

    async def whisper(self, call_sid: str, words: str) -> None:
        """Say something that only this leg hears; raises CallGone, ExchangeAway, ExchangeRefused."""
        await self._api.update_call(call_sid, {"whisper": {"verb": "say", "text": self._speak(words)}})

    async def hang_up(self, call_sid: str) -> None:
        """End the whole call; raises CallGone, ExchangeAway, ExchangeRefused. (DELETE would only forget it.)"""
        await self._api.update_call(call_sid, {"call_status": "completed"})

    async def dial_out(self, order: DialOrder) -> str:
        """Dial; gives the exchange's number of the call. Raises ExchangeAway (whether it rings is unknown), ExchangeRefused."""
        return await self._api.create_call(
            {
                "application_sid": self._application,
                "from": dialable(self._trunk.caller_id),
                "to": self._party(order),
                "tag": dict(order.tag),
                "timeout": order.ring_seconds,
            }
        )

    async def calls(self) -> Sequence[ExchangeCall]:
        """Every call and leg that goes now; raises ExchangeAway, ExchangeRefused."""
        return [call for call in map(_call, await self._api.list_calls()) if call.call_sid]

    def _party(self, order: DialOrder) -> dict[str, str]:
        if order.address_kind == LineKind.PHONE:
            number = {"type": "phone", "number": dialable(order.address)}
            return {**number, "trunk": self._trunk.carrier} if self._trunk.carrier else number
        if order.address_kind == LineKind.USER:
            return {"type": "user", "name": order.address}
        return {"type": "sip", "sipUri": order.address}


def _call(told: Mapping[str, Any]) -> ExchangeCall:
    """Releases of the API differ in how they spell their keys."""
    plain = {key.replace("_", "").lower(): value for key, value in told.items()}
    tag = plain.get("customerdata") or plain.get("tag")
    return ExchangeCall(
        call_sid=_text(plain.get("callsid") or plain.get("sid")),
        state=_text(plain.get("callstatus")),
        direction=_text(plain.get("direction")),
        to=_text(plain.get("to")),
        caller=_text(plain.get("from")),
        parent_sid=_text(plain.get("parentcallsid")),
        tag={str(key): str(value) for key, value in tag.items()} if isinstance(tag, Mapping) else {},
    )


def _text(given: Any) -> str:
    return given if isinstance(given, str) else ""
