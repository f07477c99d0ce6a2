"""The API under inputs that its own description gives birth to (schemathesis): good ones, spoilt ones, for every route and role.

``--quick``: a few of each route. What counts is that the server never answers with an error of its own: a 5xx, but for a 503 that
says in our words which service is not there.
"""

import asyncio
import collections
import hashlib
import json
import time
import unittest
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from bench.house import database, environment, free_port, running
from bench.inbox_data import fill
from bench.telling import Line, tell
from core.vocabulary import Role
from db.engine import plain_url

INPUTS, QUICK_INPUTS = 10_000, 1_000
ROWS = 200
"""Conversations and appeals of the database that is asked about."""
DESCRIBED = Path("inbox/ui/openapi.json")
LEFT_OUT = {
    "/api/live",
    "/api/phone/live",
    "/api/logout",
    "/api/me/sessions/{handle}",
    "/api/me/password",
    "/api/staff/{id}",
    *(f"/api/staff/{{id}}/{deed}" for deed in ("deactivate", "password", "second-factor", "sessions/{handle}")),
}
"""Streams that never end, and what would sign us out."""
PAGES = {"Sec-Fetch-Site": "same-origin"}
PATIENCE = 30
SERVICE_UNAVAILABLE = 503
KNOWN = 3
"""Every other input asks for one of the first rows: most numbers are nobody's."""


def main(argv: Sequence[str]) -> int:
    """Ask; 1 when the server failed once."""
    wanted = QUICK_INPUTS if "--quick" in argv else INPUTS
    with database(seeded=True) as url:
        fill(url, ROWS)
        return asyncio.run(_run(url, _sign_in(url), wanted))


async def _run(url: str, tokens: dict[Role, str], wanted: int) -> int:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    nowhere = "http://127.0.0.1:9"
    given = environment(url, nowhere, nowhere, "fuzz", port) | {"PUBLIC_URL": address, "TELEGRAM_TOKEN": ""}
    async with running("web", given, f"{address}/readyz"):
        return await asyncio.to_thread(ask_all, address, tokens, wanted)


def _sign_in(url: str) -> dict[Role, str]:
    """A person of each role with a session."""
    tokens = {role: f"fuzz-{role.value}" for role in Role}
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        for role, token in tokens.items():
            row = connection.execute(
                "INSERT INTO staff_member (login, full_name, role, password_hash, is_active, shortcuts_on, notify, created_at)"
                " VALUES (%s, 'Fuzz', %s, '', true, true, 'all', now()) RETURNING id",
                (token, role.value),
            ).fetchone()
            connection.execute(
                "INSERT INTO staff_session (token_hash, staff_id, created_at, seen_at, address, agent, confirmed_at)"
                " VALUES (%s, %s, now(), now(), '', '', now())",
                (hashlib.sha256(token.encode()).hexdigest(), row[0] if row else 0),
            )
    return tokens


def operations() -> list[Any]:
    """The routes of the description that can be asked; those that take little come first."""
    described = schemathesis.openapi.from_dict(json.loads(DESCRIBED.read_text("utf-8")))
    found = [result.ok() for result in described.get_all_operations() if isinstance(result, Ok)]
    return sorted((one for one in found if one.path not in LEFT_OUT), key=lambda one: len([*one.iter_parameters(), *one.body]))


def cases(operation: Any, count: int) -> Iterator[Any]:
    """So many inputs of a route, half of them spoilt; the same in every run."""
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        yield from _made(operation.as_strategy(generation_mode=mode), max(1, count // 2))


def _made(strategy: Any, count: int) -> list[Any]:
    made: list[Any] = []
    checks = list(hypothesis.HealthCheck)

    @hypothesis.settings(max_examples=count, deadline=None, database=None, derandomize=True, suppress_health_check=checks)
    @hypothesis.given(case=strategy)
    def keep(case: Any) -> None:
        made.append(case)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            keep()
    except (hypothesis.errors.Unsatisfiable, unittest.SkipTest):
        pass  # a route that takes nothing cannot be given something spoilt
    return made


def ask_all(address: str, tokens: dict[Role, str], wanted: int) -> int:
    """Ask every route as people of every role in turn; tells and judges."""
    found, failures, began = collections.Counter[int](), list[str](), time.monotonic()
    routes = operations()
    roles = list(tokens)
    session = requests.Session()
    for place, operation in enumerate(routes):
        share = -(-(wanted - found.total()) // (len(routes) - place))  # what a route without inputs leaves goes to those after it
        for number, case in enumerate(cases(operation, max(2, share + 2))):
            if number % 2 and case.path_parameters and "id" in case.path_parameters:
                case.path_parameters["id"] = 1 + number % KNOWN
            role = Role.SUPERVISOR if number % 3 else roles[(place + number) % len(roles)]
            status, is_foreseen = _ask(session, address, case, tokens[role])
            found[status] += 1
            if status >= 500 and not is_foreseen:
                failures.append(f"{operation.method.upper()} {operation.path} as {role}: {status}, {case.as_curl_command()[:400]}")
    for failure in failures[:20]:
        print(failure)
    count = sum(found.values())
    kinds = ", ".join(f"{status // 100}xx" for status in sorted({one // 100 * 100 for one in found}))
    return tell(
        "api_fuzz",
        [
            Line(name="routes asked", figure=str(len(routes))),
            Line(name="inputs", figure=f"{count:,}", goal=f">= {wanted:,}", ok=count >= wanted),
            Line(name=f"answers ({kinds})", figure=" ".join(f"{status}:{number}" for status, number in sorted(found.items()))),
            Line(name="seconds", figure=f"{time.monotonic() - began:.0f}"),
            Line(name="answers with an error of the server", figure=str(len(failures)), goal="= 0", ok=not failures),
        ],
    )


def _ask(session: requests.Session, address: str, case: Any, token: str) -> tuple[int, bool]:
    """The status, and whether it is a refusal in our words; 0 for what no client can send."""
    headers = PAGES | {"Cookie": f"sid={token}"}
    try:
        answer = case.call(base_url=address, session=session, headers=headers, timeout=PATIENCE)
    except (requests.exceptions.InvalidHeader, UnicodeEncodeError, ValueError):
        return 0, True
    return int(answer.status_code), answer.status_code == SERVICE_UNAVAILABLE and "code" in answer.json()
