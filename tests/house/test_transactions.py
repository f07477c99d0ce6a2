"""Transactions begin and end in one module (style rule 8, docs/adr/0005)."""

import ast
import re

from tests.house.tree import modules, name_of, parsed

OWNER = "db/transactions.py"
MIGRATIONS = "db/migrations/"
"""Alembic runs its own transactions."""
SESSIONS = {"AsyncSession", "Session", "sessionmaker", "async_sessionmaker", "create_engine", "create_async_engine"}
MAKERS = {"db/engine.py": {"create_async_engine"}}
"""Who else may make which of these: an engine begins nothing."""
READS_ONLY = {"app/doctor.py", "app/watching/looking.py", "app/watching/tables.py"}
"""Use a connection to look at a database that may not have our tables, or not answer; they write nothing."""

SNAPSHOTS = {"app/backup/making.py", "app/backup/restoring.py"}
"""Look at a whole database in one snapshot, beside pg_dump and pg_restore; what they change is a statement by itself."""

ENDS = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|START TRANSACTION)\s*;?\s*$")
PRODUCT = [module for module in modules() if name_of(module) != OWNER and not name_of(module).startswith(MIGRATIONS)]


def _makers(module):
    """The names in this module that make sessions or engines: what SQLAlchemy and SQLModel export, not a bot library's Session."""
    imports = [node for node in ast.walk(parsed(module)) if isinstance(node, ast.ImportFrom) and node.module]
    ours = [node for node in imports if node.module.partition(".")[0] in {"sqlalchemy", "sqlmodel"}]
    return {alias.asname or alias.name for node in ours for alias in node.names if alias.name in SESSIONS}


def _calls(module):
    for node in ast.walk(parsed(module)):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def test_only_one_module_opens_a_session_or_begins() -> None:
    found = []
    for module in PRODUCT:
        makers = _makers(module) - MAKERS.get(name_of(module), set())
        for call, function in _calls(module):
            receiver, _, method = function.rpartition(".")
            begins = method in {"begin", "begin_nested"} and not receiver.endswith("transactions")
            if begins or function in makers:
                found.append(f"{name_of(module)}:{call.lineno} {function}")
    assert not found


def test_nobody_commits_or_rolls_back() -> None:
    found = []
    for module in PRODUCT:
        for call, function in _calls(module):
            if function.rpartition(".")[2] in {"commit", "rollback"} and "." in function:
                found.append(f"{name_of(module)}:{call.lineno} {function}")
    assert not found


def test_a_connection_of_an_engine_is_taken_by_nobody_else() -> None:
    found = []
    for module in PRODUCT:
        for call, function in _calls(module):
            if re.search(r"engine\.connect$", function) and name_of(module) not in READS_ONLY:
                found.append(f"{name_of(module)}:{call.lineno} {function}")
    assert not found


def test_a_bare_driver_connection_holds_no_transaction() -> None:
    """Session locks and LISTEN use psycopg directly; the benchmarks only look afterwards."""
    found = []
    for module in modules("app", "bots", "channels", "core", "db", "inbox", "nlu", "sandbox"):
        for call, function in _calls(module):
            if re.search(r"(psycopg|Connection)\.connect$", function) and name_of(module) not in SNAPSHOTS:
                given = {word.arg: ast.unparse(word.value) for word in call.keywords}
                if given.get("autocommit") != "True":
                    found.append(f"{name_of(module)}:{call.lineno}")
    assert not found


def test_no_statement_ends_a_transaction_in_words() -> None:
    found = []
    for module in PRODUCT:
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and ENDS.match(node.value):
                found.append(f"{name_of(module)}:{node.lineno}")
    assert not found
