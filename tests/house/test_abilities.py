"""Whatever a person can change asks what they may do (reg. 2.10): each route of the matrix, each method with an asker."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.house.tree import modules, name_of, parsed
from tests.inbox.access import ROUTES

OWN = "one's own account, session, standing or preferences"
DAY = "one's own day of training, in tables apart; only who works in shifts can begin one"
FREE_ROUTES = {
    "POST /api/login": "nobody is known yet",
    "POST /api/oidc/code": "who comes back from the identity provider is not known yet",
    "POST /api/oidc/logout": "the identity provider comes by itself, with a token that it signed",
    "POST /api/csp-reports": "a browser tells what our own policy stopped",
    "POST /api/logout": OWN,
    "PATCH /api/me": OWN,
    "POST /api/me/password": OWN,
    "POST /api/me/confirm": OWN,
    "POST /api/me/second-factor": OWN,
    "POST /api/me/second-factor/confirm": OWN,
    "DELETE /api/me/second-factor": OWN,
    "DELETE /api/me/sessions/{handle}": OWN,
    "DELETE /api/me/duty-chat": OWN,
    "PUT /api/me/tour": OWN,
    **{f"POST /api/training/{deed}": DAY for deed in ("start", "leave", "step", "clock", "answer", "say", "finish")},
}
FREE_METHODS = {
    "core/calendars/closures.py ClosureDesk": {"today": "the hours of today, which the telephone tells everybody"},
    "core/duty/desk.py DutyDesk": {"membership": OWN},
    "core/phone/sounds.py Hearing": {"hear": "a port: core/phone/reading.py asks"},
    "core/staff/confirming.py Confirming": {"confirm": OWN},
    "core/staff/desk.py StaffDesk": {"set_preferences": OWN},
    "core/staff/second_factor.py SecondFactor": dict.fromkeys(("standing", "offer", "confirm", "drop"), OWN),
    "core/staff/sessions.py Sessions": dict.fromkeys(("logout", "sessions", "revoke", "change_password"), OWN),
    "core/staff/single_sign_on.py SingleSignOn": {"confirm": OWN},
    "core/training/desk.py TrainingDesk": dict.fromkeys(
        ("open_day", "leave", "room_of", "step", "move_on", "answer_call", "say", "finish", "result"), DAY
    ),
    "core/training/play.py Play": {"step": DAY},
    "core/training/touring.py TourDesk": dict.fromkeys(("of", "keep"), OWN),
}
ASKS = frozenset({"must", "may", "abilities"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_each_changing_route_asks_an_ability() -> None:
    free = {f"{row.method} {row.path}" for row in ROUTES if row.method != "GET" and row.ability is None}
    assert free - set(FREE_ROUTES) == set(), "name the ability in the matrix, or say here why none is asked"
    assert set(FREE_ROUTES) - free == set(), "it asks one now: take it off the list"


def test_each_method_that_is_told_who_asks_looks_at_what_they_may() -> None:
    asking = functions_that_ask()
    free = {(place, method.name) for place, method in methods_with_an_asker() if id(method) not in asking}
    known = {(place, name) for place, methods in FREE_METHODS.items() for name in methods}
    assert free - known == set(), "ask an ability, or say here why none is asked"
    assert known - free == set(), "it asks one now: take it off the list"


def methods_with_an_asker() -> Iterator[tuple[str, ast.AsyncFunctionDef]]:
    """Public methods of the core that are handed an Asker."""
    for module in modules("core"):
        for kind in ast.walk(parsed(module)):
            for method in kind.body if isinstance(kind, ast.ClassDef) else ():
                if isinstance(method, ast.AsyncFunctionDef) and not method.name.startswith("_") and has_asker(method):
                    yield f"{name_of(module)} {kind.name}", method


def functions_that_ask() -> set[int]:
    """Ids of those that look at abilities themselves, or hand their asker to one that does."""
    named: dict[str, list[Function]] = defaultdict(list)
    for module in modules("core"):
        for node in ast.walk(parsed(module)):
            if isinstance(node, Function):
                named[node.name].append(node)
    handed = {id(one): set(handed_on(one)) for same in named.values() for one in same}
    asking = {id(one) for same in named.values() for one in same if looks_at_abilities(one)}
    while True:
        names = {name for name, same in named.items() if any(id(one) in asking for one in same)}
        more = {one for one, to in handed.items() if to & names} - asking
        if not more:
            return asking
        asking |= more


def has_asker(method: Function) -> bool:
    given = (*method.args.args, *method.args.kwonlyargs)
    return any(one.annotation is not None and ast.unparse(one.annotation) == "Asker" for one in given)


def looks_at_abilities(function: Function) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr in ASKS for node in ast.walk(function))


def handed_on(function: Function) -> Iterator[str]:
    """Names of what it calls with its asker."""
    askers = {one.arg for one in (*function.args.args, *function.args.kwonlyargs) if one.arg in ("asker", "by", "reviewer")}
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            given = {ast.unparse(one) for one in (*node.args, *(word.value for word in node.keywords))}
            if given & askers:
                yield node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
