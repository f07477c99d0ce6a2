"""``staff``: accounts from the command line, for the first administrator and for a forgotten password."""

import argparse

from app.accounts import staff_desk
from app.database import open_database
from app.settings import Settings
from core.clock import SystemClock
from core.errors import Conflict, Invalid, NotFound
from core.staff.passwords import random_password
from core.vocabulary import Role
from core.words import say
from db.engine import open_engine
from db.transactions import Transactions


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> argparse.ArgumentParser:
    """Add ``staff add`` and ``staff reset-password`` to the command line."""
    staff = commands.add_parser("staff", help="accounts: add, reset-password")
    deeds = staff.add_subparsers(required=True, dest="deed")
    adding = deeds.add_parser("add", help="a new account with a random password")
    adding.add_argument("login")
    adding.add_argument("full_name")
    adding.add_argument("role", choices=[role.value for role in Role])
    deeds.add_parser("reset-password", help="a new random password").add_argument("login")
    deeds.add_parser("reset-second-factor", help="for who lost the telephone and the recovery codes").add_argument("login")
    return staff


async def manage_staff(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it and print the password, once."""
    password = random_password()
    with open_database(settings) as url:
        engine = open_engine(url)
        desk = staff_desk(settings, Transactions(engine), SystemClock())
        try:
            if arguments.deed == "add":
                await desk.accounts.create(
                    login=arguments.login,
                    full_name=arguments.full_name,
                    role=Role(arguments.role),
                    password=password,
                    must_change=True,
                )
            elif arguments.deed == "reset-password":
                await desk.accounts.reset_password(arguments.login, password)
            else:
                await desk.second.reset(arguments.login)
                print(say("staff.second_factor_reset", login=arguments.login))  # noqa: T201
                return 0
        except (Conflict, Invalid, NotFound) as refused:
            print(say(f"staff.{refused.code}", login=arguments.login))  # noqa: T201
            return 1
        finally:
            await engine.dispose()
    print(say("staff.done", login=arguments.login, password=password))  # noqa: T201
    return 0
