"""What is left when calls went on while processes died: settled as the worker settles it, then counted."""

import asyncio
import io
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx
import psycopg
import soundfile

from bench.daytime import ClockAhead
from bench.telling import Line
from bench.voice_callers import Caller
from channels.voice.addresses import Addresses, call_key, part_key
from channels.voice.api import JambonzApi
from channels.voice.exchange import JambonzExchange
from channels.voice.recording.serving import READER
from channels.voice.rendering import Trunk
from channels.voice.seals import Seals
from core.calendars.keeping import CalendarKeeper
from core.phone.desk import PhoneDesk
from core.phone.sweeping import RECORDED_WITHIN, UNKNOWN_FOR, Sweeper
from core.phone.vocabulary import CallResult, LineKind
from core.staff.desk import StaffDesk
from core.vocabulary import Role
from db.engine import open_engine, plain_url
from db.transactions import Transactions
from sandbox.jambonz.settings import ACCOUNT, APPLICATION, KEY

PATIENCE = 120.0
"""Seconds within which the worker has ended every row."""


@dataclass
class Files:
    """The recorder's shelf over HTTP."""

    address: str
    secret: str

    async def seconds(self, tap: str) -> float | None:
        """Of the recording that was sent to this socket; None when it cannot be had or read."""
        kind, call_sid, *rest = urlsplit(tap).path.removeprefix("/rec/").split("/")
        key = call_key(call_sid) if kind == "call" else part_key(call_sid, rest[0])
        headers = {"Authorization": f"Bearer {Seals(self.secret).mac(*READER)}"}
        async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
            answer = await http.get(f"{self.address}/recordings/{quote(key, safe='')}")
        if answer.status_code != 200:
            return None
        try:
            sound, rate = soundfile.read(io.BytesIO(answer.content))
        except soundfile.LibsndfileError:
            return None
        return float(len(sound) / rate)


async def staff(url: str, clock: ClockAhead, people: int) -> list[str]:
    """Operators on shift, each with a telephone; gives their logins."""
    engine = open_engine(url)
    transactions = Transactions(engine)
    desk = StaffDesk(transactions=transactions, clock=clock)
    lines = PhoneDesk(transactions=transactions, clock=clock, calendar_of=CalendarKeeper().calendar_of).lines
    logins = [f"operator-{number}" for number in range(1, people + 1)]
    for login in logins:
        number = await desk.accounts.create(login=login, full_name=login, role=Role.OPERATOR, password="a password of the bench")
        await lines.set(await desk.start_shift(await desk.asker_for(number)), LineKind.USER, login)
    await engine.dispose()
    return logins


async def settle(url: str, clock: ClockAhead, exchange: str, *, patient: bool) -> float:
    """Until no call goes on in the journal; gives the seconds that the worker took, when we are patient enough to wait for it.

    Then, with a clock ahead of the worker's, what it would do later.
    """
    began = time.monotonic()
    while patient and await asyncio.to_thread(_going, url) and time.monotonic() - began < PATIENCE:
        await asyncio.sleep(0.5)
    took = time.monotonic() - began
    engine, api = open_engine(url), JambonzApi(url=exchange, account=ACCOUNT, key=KEY)
    later, transactions = ClockAhead(clock.seconds), Transactions(engine)
    phone = PhoneDesk(transactions=transactions, clock=later, calendar_of=CalendarKeeper().calendar_of)
    wires = JambonzExchange(
        api, Addresses(public_url="", recorder_url="", seals=Seals("-")), Trunk(), application=APPLICATION, speak=str
    )
    sweeper = Sweeper(transactions=transactions, clock=later, journal=phone.journal, exchange=wires, messages=phone.messages)
    for ahead in (0, UNKNOWN_FOR.total_seconds() + 1, RECORDED_WITHIN.total_seconds() + 1):
        later.seconds += ahead
        await sweeper.sweep()
    await api.close()
    await engine.dispose()
    return took


def judge(url: str, callers: Sequence[Caller], settled: float) -> list[Line]:
    """The journal beside what the callers lived through."""
    with psycopg.connect(plain_url(url)) as connection:
        rows = connection.execute(
            "SELECT p.call_sid, p.result, p.ended_at IS NOT NULL, p.recording_problem, p.answered_at IS NOT NULL,"
            " EXISTS (SELECT FROM recording r WHERE r.call_sid = p.call_sid AND r.kind = 'call' AND r.size > 44),"
            " EXISTS (SELECT FROM left_message m JOIN recording r ON r.left_message_id = m.id WHERE r.call_sid = p.call_sid)"
            " FROM phone_call p"
        ).fetchall()
    journal = {row[0]: row for row in rows}
    taken = [caller for caller in callers if not caller.refused and caller.phone.legs[0].answered_at is not None]
    known = [(caller, journal[caller.phone.legs[0].sid]) for caller in taken if caller.phone.legs[0].sid in journal]
    results = Counter(row[1] for row in rows)
    told = ", ".join(f"{name} {number}" for name, number in sorted(results.items()))
    untold = [row for caller, row in known if caller.talked and not caller.talk_was_told]
    talks = {CallResult.OPERATOR, CallResult.DISPATCH}
    return [
        Line(name="calls, of which never taken (SIP 480)", figure=f"{len(callers)}, {sum(one.refused for one in callers)}"),
        Line(name="results", figure=told),
        Line(name="seconds until the worker ended every row", figure=f"{settled:.0f}"),
        _none("calls without a row", len(taken) - len(known)),
        _none("calls without exactly one result", sum(row[1] not in set(CallResult) for row in rows)),
        _none("rows that never end", sum(not row[2] for row in rows)),
        _none("calls neither recorded nor said to be without", sum(row[4] and not row[5] and not row[3] for row in rows)),
        _none("messages told as kept that are not", sum(caller.was_kept and not row[6] for caller, row in known)),
        _none("talks that were told and are not known", sum(one.talk_was_told and row[1] not in talks for one, row in known)),
        Line(name="talks that fell into a web's absence", figure=str(sum(row[1] not in talks for row in untold))),
        _none("callers left in silence", sum(caller.stuck for caller in callers)),
        _none("callers dropped without a word", sum(caller.dropped for caller in taken)),
        Line(name="callers who heard the apology", figure=str(sum(caller.heard_apology for caller in callers))),
    ]


def _none(name: str, number: int) -> Line:
    return Line(name=name, figure=str(number), goal="= 0", ok=number == 0)


def _going(url: str) -> bool:
    with psycopg.connect(plain_url(url)) as connection:
        row = connection.execute("SELECT count(*) FROM phone_call WHERE ended_at IS NULL").fetchone()
    return row is not None and row[0] > 0
