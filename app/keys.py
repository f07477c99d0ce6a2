"""The master keys of a process, and ``keys``: what seals the contacts, a new data key, another master key."""

import argparse
import asyncio
import os
from pathlib import Path

from pydantic import SecretStr

from app.database import open_database
from app.settings import Settings
from core.clock import SystemClock
from core.errors import OfficeError
from core.sealing.desk import KeyDesk, KeyState
from core.words import say
from db.engine import open_engine
from db.locks import NamedLocks
from db.sealing import CONTACTS, FRESH, RECORDINGS, CannotOpen, KeysMissing, MasterKeys, keys_of, new_master
from db.transactions import Transactions

FILES = {CONTACTS: "contact.keys", RECORDINGS: "recording.keys"}
"""In ``VAR_DIR``, beside the embedded database; they are copied elsewhere, or a restored backup does not open."""
SETTLED = 2 * FRESH
"""Seconds after which no process seals by an older data key, and no transaction that began with one is still open."""


def master_keys(settings: Settings) -> MasterKeys:
    """Those of CONTACT_KEYS, else of the key file, which is made at the first start with the embedded database.

    Raises KeysMissing when a database of its own was given and no keys.
    """
    return _keys(settings, CONTACTS, settings.keys.contact_keys)


def recording_keys(settings: Settings) -> MasterKeys:
    """The same of RECORDING_KEYS: the recorder has them, and nobody else needs them. Raises KeysMissing."""
    return _keys(settings, RECORDINGS, settings.keys.recording_keys)


def _keys(settings: Settings, setting: str, given: SecretStr | None) -> MasterKeys:
    file = settings.database.var_dir / FILES[setting]
    if given is not None:
        return MasterKeys.read(given.get_secret_value(), setting)
    if settings.database.database_url is None:
        _make(file)
    if not file.exists():
        raise KeysMissing(setting=setting)
    return MasterKeys.read(file.read_text("utf-8").strip(), setting)


def _make(file: Path) -> None:
    """Whole or not at all, and once: two processes that start together end with one key."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f"{file.name}.{os.getpid()}")
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
    """Add ``keys status|rotate|rewrap|new``; ``recordings`` is set when those are meant (app/recording_keys.py)."""
    keys = commands.add_parser(
        "keys", help="what seals contacts and recordings; a new data key for all contacts; another master key"
    )
    keys.set_defaults(recordings=False)
    deeds = keys.add_subparsers(required=True, dest="deed")
    status = deeds.add_parser("status", help="the data keys, and how many values each seals")
    rotating = deeds.add_parser("rotate", help="seal everything by a new data key while the centre works; ends what was broken off")
    told = "how long the other processes are given to learn of the new key; 0 when none of them runs"
    rotating.add_argument("--settle", type=float, default=SETTLED, metavar="SECONDS", help=told)
    rewrapping = deeds.add_parser("rewrap", help="wrap the data keys under the first key of CONTACT_KEYS")
    for deed in (status, rewrapping):
        deed.add_argument("--recordings", action="store_true", help="the files of this machine's recorder, under RECORDING_KEYS")
    deeds.add_parser("new", help="print a new master key for CONTACT_KEYS or RECORDING_KEYS").add_argument("name")
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
            print(await _done(arguments, desk))  # noqa: T201
        except OfficeError as refused:
            print(say(f"keys.{refused.code}"))  # noqa: T201
            return 1
        except CannotOpen as shut:
            print(say("keys.cannot_open", column=str(shut)))  # noqa: T201
            return 1
        finally:
            await locks.close()
            await engine.dispose()
    return 0


async def _done(arguments: argparse.Namespace, desk: KeyDesk) -> str:
    match arguments.deed:
        case "rotate":
            done = await desk.rotate(lambda: asyncio.sleep(arguments.settle))
            told = say("keys.resumed" if done.is_resumed else "keys.rotated", name=done.key, sealed=done.sealed)
            return told + "\n" + say("keys.retired", keys=", ".join(done.retired) or say("keys.none"))
        case "rewrap":
            return say("keys.rewrapped", keys=await desk.rewrap())
        case _:
            return "\n".join(map(_line, await desk.status()))


def _line(key: KeyState) -> str:
    state = "retired" if key.retired_at else key.purpose
    return say(f"keys.line_{state}", name=key.id, master=key.master, made=f"{key.made_at:%Y-%m-%d}", sealed=key.sealed)
