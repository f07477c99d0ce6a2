"""Answering machine detection: advice only, by who really answers here."""

from typing import TYPE_CHECKING, Any

from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.sound import spoken_seconds

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.leg import Leg

DECISION_SECONDS = 2.0


async def detect(exchange: "Exchange", leg: "Leg", amd: dict[str, Any]) -> None:
    """Post what was detected; the answers are not used."""
    greeting = leg.phone.machine_greeting
    await leg.call.timeline.sleep(DECISION_SECONDS)
    if greeting is None:
        await _tell(exchange, leg, amd, {"type": "amd_human_detected"})
        return
    found = {
        "type": "amd_machine_detected",
        "reason": "long greeting",
        "greeting": greeting,
        "language": exchange.settings.language,
    }
    await _tell(exchange, leg, amd, found)
    await leg.call.timeline.sleep(max(0.0, spoken_seconds(greeting) - DECISION_SECONDS))
    await _tell(exchange, leg, amd, {"type": "amd_machine_stopped_speaking"})


async def _tell(exchange: "Exchange", leg: "Leg", amd: dict[str, Any], what: dict[str, Any]) -> None:
    if leg.is_over:
        return
    try:
        await exchange.postman.ask(leg.call, "amd", amd["actionHook"], leg.told() | what)
    except HookFailed as failed:
        exchange.problem(f"amd hook: {failed.reason}")
