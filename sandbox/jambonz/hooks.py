"""Webhooks as the feature server sends them: signed, retried only when the address asks for it, and logged."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from yarl import URL

from sandbox.jambonz.faults import FaultKind

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange
    from sandbox.jambonz.leg import Call

Json = dict[str, Any]
ACCEPTED = (200, 202, 204)
FIRST_RETRY_SECONDS = 0.5
MOST_RETRIES = 5
HTTP_ERRORS = 400
SERVER_ERRORS = 500
STATUS_PATIENCE = 0.2
"""Real seconds for which a hook lets earlier statuses go first, so that a log reads in order; the real server promises nothing."""


class HookFailed(Exception):
    """The application gave no answer that counts; the words are the server's."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@dataclass(slots=True, kw_only=True)
class Hook:
    """One request and what came of it. ``at``: seconds since the call began; ``answer``: JSON, or None."""

    number: int
    kind: str
    path: str
    url: str
    call_sid: str
    at: float
    body: Json
    headers: dict[str, str] = field(default_factory=dict)
    status: int | None = None
    answer: Any = None
    error: str = ""

    def as_json(self) -> Json:
        """For the page."""
        names = ("number", "kind", "path", "call_sid", "at", "body", "status", "answer", "error")
        return {name: getattr(self, name) for name in names}


def signature(secret: str, raw: bytes, moment: int) -> str:
    """The value of ``Jambonz-Signature``."""
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + raw, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


class Postman:
    """Carries hooks to the application."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._settings = exchange.settings
        self.log: list[Hook] = []

    async def ask(self, call: "Call", kind: str, hook: str | Json, body: Json) -> Any:
        """Post and return the JSON answered, None when there was none. Raises HookFailed."""
        url = hook if isinstance(hook, str) else str(hook.get("url", ""))
        policy = parse_qs(urlsplit(url).fragment) if "://" in url else {}
        retries = min(MOST_RETRIES, int(policy.get("rc", ["0"])[0]))
        when = policy.get("rp", ["ct"])[0].split(",")
        pause = FIRST_RETRY_SECONDS
        while True:
            try:
                return await self._ask_once(call, kind, self.resolved(url), body)
            except HookFailed as failed:
                if retries <= 0 or not _is_retried(failed, when):
                    raise
            await call.timeline.sleep(pause)
            retries, pause = retries - 1, pause * 2

    def tell(self, call: "Call", body: Json) -> None:
        """Post a status, in order with the others of the call, without waiting for it."""
        name = str(body.get("call_status"))
        faults = self._exchange.faults
        if faults.strike(FaultKind.DROP_STATUS, name):
            return
        late = faults.strike(FaultKind.LATE_STATUS, name)
        if late is not None:
            self._exchange.spawn(self._tell(call, body, None, late.seconds))
        elif faults.strike(FaultKind.REORDER_STATUS, name):
            call.held.append(body)
        else:
            call.last_status = self._exchange.spawn(self._tell(call, body, call.last_status, 0.0))
            self.release(call)

    def release(self, call: "Call") -> None:
        """Send the statuses that were held back."""
        held, call.held = call.held, []
        for body in held:
            call.last_status = self._exchange.spawn(self._tell(call, body, call.last_status, 0.0))

    def resolved(self, url: str) -> str:
        """The whole address without its fragment; a relative one stands beside the application's call hook."""
        if "://" in url:
            return url.partition("#")[0]
        base = urlsplit(self._settings.call_hook)
        return f"{base.scheme}://{base.netloc}/{url.lstrip('/')}".replace("#", "%23")

    async def _tell(self, call: "Call", body: Json, earlier: "asyncio.Task[Any] | None", seconds: float) -> None:
        if seconds:
            await call.timeline.sleep(seconds)
        with call.timeline.busy():
            await _patiently(earlier)
            try:
                await self._ask_once(call, "status", self.resolved(self._settings.status_hook), body)
            except HookFailed as failed:
                self._exchange.problem(f"status hook: {failed.reason}")

    async def _ask_once(self, call: "Call", kind: str, url: str, body: Json) -> Any:
        with call.timeline.busy():
            if kind != "status":
                await _patiently(call.last_status)
            path = urlsplit(url).path
            raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {
                "Content-Type": "application/json",
                "User-Agent": "jambonz",
                "Jambonz-Signature": signature(self._settings.secret, raw, int(time.time())),
            }
            record = Hook(
                number=len(self.log) + 1,
                kind=kind,
                path=path,
                url=url,
                call_sid=str(body.get("call_sid", "")),
                at=call.timeline.now,
                body=body,
                headers=headers,
            )
            self.log.append(record)
            faults = self._exchange.faults
            answer = await self._sent(record, raw, lost=faults.strike(FaultKind.LOST_HOOK, path) is not None)
            if faults.strike(FaultKind.REPEAT_HOOK, path):
                await self._sent(record, raw, lost=False)
        slow = self._exchange.faults.strike(FaultKind.SLOW_HOOK, path)
        if slow is not None:
            await call.timeline.sleep(min(slow.seconds, self._settings.hook_timeout))
            if slow.seconds >= self._settings.hook_timeout:
                record.error = "Headers Timeout Error"
                raise HookFailed(record.error)
        self._noted(record)
        return answer

    async def _sent(self, record: Hook, raw: bytes, *, lost: bool) -> Any:
        try:
            if lost:
                raise HookFailed(f"connect ECONNREFUSED {urlsplit(record.url).netloc}")
            return await self._posted(record, raw)
        except TimeoutError as error:
            raise self._failed(record, "Headers Timeout Error") from error
        except aiohttp.ClientConnectorError as error:
            raise self._failed(record, f"connect ECONNREFUSED {error.host}:{error.port}") from error
        except (aiohttp.ClientError, ValueError) as error:
            raise self._failed(record, str(error) or type(error).__name__) from error
        except HookFailed as failed:
            raise self._failed(record, failed.reason, failed.status) from failed

    async def _posted(self, record: Hook, raw: bytes) -> Any:
        timeout = aiohttp.ClientTimeout(total=self._exchange.at_most(self._settings.hook_timeout))
        async with self._exchange.http.post(
            URL(record.url, encoded=True), data=raw, headers=record.headers, timeout=timeout, allow_redirects=False
        ) as response:
            record.status = response.status
            if response.status not in ACCEPTED:
                raise HookFailed("Unexpected HTTP Response", response.status)
            content = await response.read()
            if content and "application/json" in response.headers.get("Content-Type", ""):
                record.answer = json.loads(content)
        return record.answer

    def _noted(self, record: Hook) -> None:
        self._exchange.publish("hook", record.as_json())
        if self._settings.data_dir is not None:
            self._settings.data_dir.mkdir(parents=True, exist_ok=True)
            with (self._settings.data_dir / "hooks.jsonl").open("a", encoding="utf-8") as kept:
                kept.write(json.dumps(record.as_json(), ensure_ascii=False) + "\n")

    def _failed(self, record: Hook, reason: str, status: int | None = None) -> HookFailed:
        record.error = reason
        self._noted(record)
        return HookFailed(reason, status)


async def _patiently(task: "asyncio.Task[Any] | None") -> None:
    if task is not None and not task.done():
        await asyncio.wait({task}, timeout=STATUS_PATIENCE)


def _is_retried(failed: HookFailed, when: list[str]) -> bool:
    if "all" in when:
        return True
    if failed.status is None:
        return ("rt" if "Timeout" in failed.reason else "ct") in when
    return ("5xx" if failed.status >= SERVER_ERRORS else "4xx" if failed.status >= HTTP_ERRORS else "") in when
