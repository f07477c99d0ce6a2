"""``python -m app <process>``: every process of the contact centre starts here."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import OperationalError

from app.audit import add_audit_commands, verify_audit
from app.backup.commands import add_backup_commands
from app.keys import add_key_commands, manage_keys, master_keys
from app.loading import loading
from app.log_words import sqlstate_of, tell_uncaught
from app.settings import Settings
from app.staff import add_commands, manage_staff
from core.words import say
from db.sealing import KeysMissing


def main(argv: Sequence[str] | None = None) -> int:
    """Run one process; gives its exit code."""
    arguments = parser().parse_args(argv)
    run: Callable[[argparse.Namespace, Settings], int] = arguments.run
    try:
        return run(arguments, Settings())
    except KeysMissing as missing:
        print(say(f"keys.missing_{missing.setting}", name=missing.name or "-"), file=sys.stderr)  # noqa: T201
    except (ValidationError, SettingsError) as wrong:
        print(say("settings.wrong", what=wrong), file=sys.stderr)  # noqa: T201
    except (OperationalError, psycopg.OperationalError) as error:
        if sqlstate_of(error):  # it did answer
            raise
        print(say("settings.no_database"), file=sys.stderr)  # noqa: T201
    return 2


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m app", description="The contact centre of a city.")
    commands = top.add_subparsers(required=True, metavar="process")
    for name, run, help_text in (
        ("up", _up, "everything on this machine, under one supervisor"),
        ("prepare", _prepare, "build the inbox app, the dialogue's environment and its model, if they changed"),
        ("web", _web, "inbox, API and webhooks"),
        ("worker", _worker, "jobs, deliveries, the timetable"),
        ("bots", _bots, "the citizens' bot by long polling"),
        ("duty", _duty, "the staff's duty chat in Telegram"),
        ("mail", _mail, "the incoming mail: watches the mailboxes, reads and routes what comes"),
        ("recorder", _recorder, "records calls, and gives the recordings to the inbox"),
        ("speech", _speech, "text to sound for the telephone, and sound to text where a recogniser is set"),
        ("migrate", _migrate, "bring the database to the newest tables"),
        ("seed", _seed, "departments, liaisons, knowledge, canned answers: what a new database needs"),
    ):
        commands.add_parser(name, help=help_text).set_defaults(run=run)
    doctor = commands.add_parser("doctor", help="what is configured, reachable and missing")
    doctor.add_argument("--voice", action="store_true", help="the telephone only, by the exchange's own API")
    doctor.add_argument("--json", action="store_true", help="for a monitor: a list of {state, what, told}")
    doctor.set_defaults(run=_doctor)
    add_commands(commands).set_defaults(run=_staff)
    add_audit_commands(commands).set_defaults(run=_audit)
    add_key_commands(commands).set_defaults(run=_keys)
    for command in add_backup_commands(commands):
        command.set_defaults(run=_backup)
    reviewed = commands.add_parser("nlu-review", help="reviewed phrases of conversations as training data of the dialogue")
    reviewed.add_argument("--to", type=Path, default=None, metavar="FOLDER", help="where the new file is written; nlu/data")
    reviewed.add_argument("--again", action="store_true", help="also those that were exported before")
    reviewed.set_defaults(run=_nlu_review)
    importing = commands.add_parser("import-kb", help="import articles as drafts from .docx, .doc, .md or .yaml")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.set_defaults(run=_import_kb)
    return top


def _up(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.up import up

    return up(settings)


def _prepare(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.up import prepare

    prepare()
    return 0


def _web(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.web import serve_web

    return serve_web(settings)


def _worker(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.processes import worker

    return asyncio.run(worker(settings))


def _bots(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.polling import bots

    return asyncio.run(bots(settings))


def _duty(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.polling import duty

    return asyncio.run(duty(settings))


def _mail(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.processes import mail

    return asyncio.run(mail(settings))


def _recorder(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.recorder import recorder

    return asyncio.run(recorder(settings))


def _speech(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.speech import speech

    return asyncio.run(speech(settings))


def _migrate(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.database import open_database
        from db.migrating import upgrade

    with open_database(settings) as url:
        upgrade(url, keys=master_keys(settings))
    return 0


def _seed(_: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.seeding import seed_and_tell

    return asyncio.run(seed_and_tell(settings))


def _doctor(arguments: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.doctor import examine, tell
        from app.doctor_voice import examine_voice

    examination = examine_voice(settings) if arguments.voice else examine(settings)
    return tell(asyncio.run(examination), as_json=arguments.json)


def _staff(arguments: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(manage_staff(arguments, settings))


def _audit(arguments: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(verify_audit(arguments, settings))


def _keys(arguments: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.recording_keys import manage_recording_keys

    manage = manage_recording_keys if arguments.recordings else manage_keys
    return asyncio.run(manage(arguments, settings))


def _backup(arguments: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.backup.keeping import keep_backups

    return keep_backups(arguments, settings)


def _nlu_review(arguments: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.nlu_review import export_reviewed

    return asyncio.run(export_reviewed(settings, arguments.to, again=arguments.again))


def _import_kb(arguments: argparse.Namespace, settings: Settings) -> int:
    with loading():
        from app.importing import import_files

    return asyncio.run(import_files(settings, arguments.files))


if __name__ == "__main__":
    sys.excepthook = tell_uncaught
    sys.exit(main())
