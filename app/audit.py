"""``audit verify``: the trail, or an exported file of it, followed seal by seal; 1 at the first entry that does not fit."""

import argparse
from pathlib import Path

from app.database import open_database
from app.settings import Settings
from core.audit.checking import Checked, check_file, check_trail, former_ends
from core.errors import Invalid
from core.words import say
from db.engine import open_engine
from db.transactions import Transactions


def add_audit_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add ``audit verify`` to the command line."""
    audit = commands.add_parser("audit", help="verify: follow the audit trail seal by seal")
    verifying = audit.add_subparsers(required=True, dest="deed").add_parser("verify", help="the trail, or a file that was exported")
    verifying.add_argument("--file", type=Path, default=None, metavar="FILE", help="an exported .jsonl instead of the database")
    verifying.add_argument("--noted", default="", metavar="ID:SEAL", help="an entry and its seal as they were noted elsewhere")
    return audit


async def verify_audit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Follow it and say what was found."""
    try:
        found = check_file(arguments.file.open(encoding="utf-8")) if arguments.file else await _trail(arguments, settings)
    except (Invalid, ValueError) as refused:
        facts = refused.facts if isinstance(refused, Invalid) else {}
        print(say("audit.not_ours", line=str(facts.get("line", "?"))))  # noqa: T201
        return 2
    if found.broken_id is not None:
        print(say("audit.broken", entry=found.broken_id, entries=found.entries))  # noqa: T201
        return 1
    print(say("audit.whole", entries=found.entries, last=found.last_id, seal=found.last_seal))  # noqa: T201
    return 0


async def _trail(arguments: argparse.Namespace, settings: Settings) -> Checked:
    noted = []
    if arguments.noted:
        number, _, seal = arguments.noted.partition(":")
        noted.append((int(number), seal))
    with open_database(settings) as url:
        engine = open_engine(url, pool_size=2)
        try:
            transactions = Transactions(engine)
            async with transactions.begin() as tx:
                ends = await former_ends(tx)
            return await check_trail(transactions, [*ends, *noted])
        finally:
            await engine.dispose()
