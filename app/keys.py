"""The master keys of a process, and ``keys``: what seals the contacts, a new data key, another master key."""

import argparse
import os
from pathlib import Path

from app.database import open_database
from app.settings import Settings
from core.clock import SystemClock
from core.errors import OfficeError
from core.sealing.desk import KeyDesk, KeyState
from core.words import say
from db.engine import open_engine
from db.locks import NamedLocks
from db.sealing import KeysMissing, MasterKeys, keys_of, new_master
from db.transactions import Transactions

FILE = "contact.keys"
"""In ``VAR_DIR``, beside the embedded database; it is copied elsewhere, or a restored backup does not open."""


def master_keys(settings: Settings) -> MasterKeys:
    """Those of CONTACT_KEYS, else of the key file, which is made at the first start with the embedded database.

    Raises KeysMissing when a database of its own was given and no keys.
    """
    given, file = settings.keys.contact_keys, settings.database.var_dir / FILE
    if given is not None:
        return MasterKeys.read(given.get_secret_value())
    if settings.database.database_url is None:
        _make(file)
    if not file.exists():
        raise KeysMissing
    return MasterKeys.read(file.read_text("utf-8").strip())


def _make(file: Path) -> None:
    """Whole or not at all, and once: two processes that start together end with one key."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{FILE}.{os.getpid()}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as key:
        key.write(new_master("1") + "\n")
        key.flush()
        os.fsync(key.fileno())
    try:
        os.link(half, file)
    except FileExistsError:
        pass
    finally:
        half.unlink()


def add_key_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add ``keys status|rotate|rewrap|new`` to the command line."""
    keys = commands.add_parser("keys", help="what seals the contacts; a new data key for all of them; another master key")
    deeds = keys.add_subparsers(required=True, dest="deed")
    deeds.add_parser("status", help="the data keys, and how many values each seals")
    deeds.add_parser("rotate", help="seal everything by a new data key while the centre works; ends what was broken off")
    deeds.add_parser("rewrap", help="wrap the data keys under the first key of CONTACT_KEYS")
    deeds.add_parser("new", help="print a new master key for CONTACT_KEYS").add_argument("name")
    return keys


async def manage_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it and say what was done; 1 with a sentence when it cannot be done."""
    if arguments.deed == "new":
        if not arguments.name.isalnum():
            print(say("keys.bad_name"))  # noqa: T201
            return 1
        print(new_master(arguments.name))  # noqa: T201
        return 0
    keys = master_keys(settings)
    with open_database(settings) as url:
        engine, locks = open_engine(url, keys=keys, pool_size=2), NamedLocks(url)
        ring = keys_of(engine.sync_engine.dialect)
        desk = KeyDesk(transactions=Transactions(engine), locks=locks, clock=SystemClock(), ring=ring)
        try:
            print(await _done(arguments.deed, desk))  # noqa: T201
        except OfficeError as refused:
            print(say(f"keys.{refused.code}"))  # noqa: T201
            return 1
        finally:
            await locks.close()
            await engine.dispose()
    return 0


async def _done(deed: str, desk: KeyDesk) -> str:
    match deed:
        case "rotate":
            done = await desk.rotate()
            told = say("keys.resumed" if done.is_resumed else "keys.rotated", name=done.key, sealed=done.sealed)
            return told + "\n" + say("keys.retired", keys=", ".join(done.retired) or say("keys.none"))
        case "rewrap":
            return say("keys.rewrapped", keys=await desk.rewrap())
        case _:
            return "\n".join(map(_line, await desk.status()))


def _line(key: KeyState) -> str:
    state = "retired" if key.retired_at else key.purpose
    return say(f"keys.line_{state}", name=key.id, master=key.master, made=f"{key.made_at:%Y-%m-%d}", sealed=key.sealed)
