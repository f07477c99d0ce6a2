"""A migration is one that the version before it can live with: first expand, contract a release later (docs/how-to/upgrade.md).

Two versions run side by side while an upgrade goes on, and a table of a million rows must not be locked for an index.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT, parsed

PAST = 14
"""Migrations that were there before the rule: nobody upgrades over them with two versions at once."""
VERSIONS = [path for path in sorted((ROOT / "db" / "migrations" / "versions").glob("0*.py")) if int(path.name[:4]) > PAST]
_SEALED = "an older process would write contacts in clear and show sealed ones: the centre stands still while they are sealed"
_WITH_0017 = "it comes with 0017, for which the centre stands still"
ALLOWED: dict[tuple[str, str], str] = {
    ("0017_sealed_contacts.py", "alter_column contact_point.value_mark must not be null"): _SEALED,
    ("0017_sealed_contacts.py", "index ix_contact_point_value_mark is not made concurrently"): _SEALED,
    ("0017_sealed_contacts.py", "alter_column . is renamed or of another type"): _SEALED,
    ("0018_sealed_calls.py", "alter_column . is renamed or of another type"): _SEALED,
    ("0018_sealed_calls.py", "index phone_call_of_caller is not made concurrently"): _SEALED,
    ("0018_sealed_calls.py", "index phone_call_of_tail is not made concurrently"): _SEALED,
    ("0019_sealed_events.py", "alter_column inbound_item.payload is renamed or of another type"): _SEALED,
    ("0019_sealed_events.py", "alter_column inbound_item.payload must not be null"): _SEALED,
    ("0020_drafts.py", "drop_table draft"): _WITH_0017,
    ("0023_sealed_accounts.py", "alter_column . is renamed or of another type"): _SEALED,
    ("0024_sealed_words.py", "alter_column . is renamed or of another type"): _SEALED,
    ("0025_sealed_mails.py", "alter_column . is renamed or of another type"): _SEALED,
}
"""What a migration does all the same, by its file and the finding, with the reason."""
WORDS = {
    "index": re.compile(r"CREATE\s+(?:UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)[^;]*?\sON\s+(\w+)", re.IGNORECASE),
    "drop": re.compile(r"\bDROP\s+COLUMN\b|\bDROP\s+TABLE\b", re.IGNORECASE),
    "rename": re.compile(r"\bRENAME\s+(?:COLUMN\b|TO\b)", re.IGNORECASE),
    "not null": re.compile(r"\bSET\s+NOT\s+NULL\b", re.IGNORECASE),
}


def findings(tree: ast.Module) -> Iterator[str]:
    """What the way up does that an older process, or a table full of rows, cannot bear."""
    (up,) = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    calls = [node for node in ast.walk(up) if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("op.")]
    made = {_text(call.args[0]) for call in calls if _name(call) == "create_table"}
    texts = {node.targets[0].id: _text(node.value) for node in tree.body if _is_text(node)}
    for call in calls:
        yield from _of_call(call, made)
        if _name(call) == "execute":
            yield from _of_words(" ".join(_text(part) or texts.get(_id(part), "") for part in ast.walk(call)), made)


def _of_call(call: ast.Call, made: set[str]) -> Iterator[str]:
    name, first = _name(call), _text(call.args[0]) if call.args else ""
    options = {option.arg: ast.unparse(option.value) for option in call.keywords}
    if name == "create_index" and _text(call.args[1]) not in made and options.get("postgresql_concurrently") != "True":
        yield f"index {first} is not made concurrently"
    if name in {"drop_column", "drop_table", "rename_table"}:
        yield f"{name} {first}"
    if name == "alter_column" and {"new_column_name", "type_"} & set(options):
        yield f"alter_column {first}.{_text(call.args[1])} is renamed or of another type"
    if name == "alter_column" and options.get("nullable") == "False":
        yield f"alter_column {first}.{_text(call.args[1])} must not be null"
    if name == "add_column" and first not in made:
        column = ast.unparse(call.args[1])
        if "nullable=False" in column and "server_default" not in column:
            yield f"add_column {first}: an older process writes rows without it"


def _of_words(sql: str, made: set[str]) -> Iterator[str]:
    for kind, pattern in WORDS.items():
        for found in pattern.finditer(sql):
            if not (kind == "index" and found[1] in made):
                yield f"{kind}: {' '.join(found[0].split())}"


def _name(call: ast.Call) -> str:
    return ast.unparse(call.func).removeprefix("op.")


def _text(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _id(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and bool(_text(node.value))


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_an_older_process_lives_with_a_migration(path: Path) -> None:
    found = [one for one in findings(parsed(path)) if (path.name, one) not in ALLOWED]
    assert not found, "expand now, contract in the release after: docs/how-to/upgrade.md"


def test_what_is_allowed_is_still_done() -> None:
    done = {(path.name, one) for path in VERSIONS for one in findings(parsed(path))}
    assert not set(ALLOWED) - done


@pytest.mark.parametrize(
    ("up", "count"),
    [
        pytest.param('op.create_index("i", "card", ["a"])', 1, id="an index that locks the table"),
        pytest.param('op.create_index("i", "card", ["a"], postgresql_concurrently=True)', 0, id="an index beside the work"),
        pytest.param('op.create_table("new")\n    op.create_index("i", "new", ["a"])', 0, id="an index of a new table"),
        pytest.param('op.execute("CREATE UNIQUE INDEX i ON card (a)")', 1, id="the same in words"),
        pytest.param('op.execute("CREATE INDEX CONCURRENTLY i ON card (a)")', 0, id="beside the work, in words"),
        pytest.param('op.drop_column("card", "a")', 1, id="a column that the old version reads"),
        pytest.param('op.execute("ALTER TABLE card RENAME COLUMN a TO b")', 1, id="a column under another name"),
        pytest.param('op.alter_column("card", "a", nullable=False)', 1, id="a column that the old version leaves empty"),
        pytest.param('op.add_column("card", sa.Column("a", sa.Text(), nullable=False))', 1, id="a column without a default"),
        pytest.param('op.add_column("card", sa.Column("a", sa.Text(), server_default="", nullable=False))', 0, id="a default"),
    ],
)
def test_the_rule_sees(up: str, count: int) -> None:
    assert len(list(findings(ast.parse(f"def upgrade():\n    {up}\n")))) == count
