"""Every process of ``python -m app`` can be assembled: its help is shown, its modules load, the house opens and closes."""

import ast
import importlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.__main__ import main, parser
from app.settings import Settings
from app.telegram import telegram_of
from tests.fakes import FakeDialogue
from tests.house.tree import ROOT, parsed

TOKEN = "42:house-test"  # opens nothing: no call is made


def _processes():
    commands = next(action for action in parser()._actions if action.choices)
    return sorted(commands.choices)


def _late_imports():
    """What the processes import when they are started."""
    tree = parsed(ROOT / "app" / "__main__.py")
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = [node for function in functions for node in ast.walk(function) if isinstance(node, ast.ImportFrom)]
    return sorted({(node.module, alias.name) for node in found for alias in node.names})


@pytest.fixture
def settings(database_url, monkeypatch, tmp_path):
    """The settings of a process on the test's database, with a bot whose token opens nothing."""
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    given = {"DATABASE_URL": database_url, "TELEGRAM_TOKEN": TOKEN, "NLU_URL": "http://127.0.0.1:9", "NLU_TOKEN": "house"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return Settings()


@pytest.mark.parametrize("process", _processes())
def test_a_process_explains_itself(process: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([process, "--help"])
    assert ended.value.code == 0
    assert process in capsys.readouterr().out


@pytest.mark.parametrize(("module", "name"), _late_imports())
def test_what_a_process_needs_is_there(module: str, name: str) -> None:
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("process", ["recorder", "speech", "up"])
def test_a_process_that_knows_no_office_loads_no_bot(process: str) -> None:
    """The libraries of Telegram are half of what a start costs."""
    assert not _loaded(f"import app.{process}") & {"aiogram", "telegram", "app.assembly"}


@pytest.mark.parametrize("given", [{}, {"TELEGRAM_TOKEN": TOKEN}], ids=["without a bot", "with a bot"])
def test_a_house_loads_the_library_of_telegram_where_it_has_a_bot(given: dict[str, str], tmp_path: Path) -> None:
    opened = """
import asyncio, app.web, app.processes
from app.channels import open_channels
from app.settings import Settings
from contextlib import AsyncExitStack

async def opened():
    async with AsyncExitStack() as stack:
        await open_channels(Settings(), stack, None)

asyncio.run(opened())
"""
    assert ("aiogram" in _loaded(opened, given, tmp_path)) is bool(given)


def _loaded(program: str, given: Mapping[str, str] | None = None, where: Path = ROOT) -> set[str]:
    """The modules that a program has loaded at its end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(given or {})}
    command = [sys.executable, "-c", f"{program}\nimport sys; print(*sys.modules)"]
    done = subprocess.run(command, cwd=where, env=environment, check=True, capture_output=True, text=True)
    return set(done.stdout.split())


async def test_the_house_opens_and_closes(settings: Settings) -> None:
    from app.assembly import open_house

    async with open_house(settings, dialogue=FakeDialogue()) as house:
        assert telegram_of(house.channels) is not None
        assert set(house.channels) == {"telegram", "voice"}
        assert all(getattr(house.office, desk) is not None for desk in house.office.__dataclass_fields__)


async def test_the_worker_knows_every_job_that_the_core_defers(settings: Settings) -> None:
    from app.assembly import open_house
    from app.worker import register_jobs
    from core.conversations.reception import FETCH
    from core.deliveries.outbox import DELIVER

    async with open_house(settings, dialogue=FakeDialogue()) as house:
        register_jobs(house.queue, house)
        assert {DELIVER, FETCH} <= set(house.queue.tasks)


async def test_the_web_process_is_assembled(settings: Settings) -> None:
    from app.assembly import open_house
    from app.web import build

    async with open_house(settings, dialogue=FakeDialogue()) as house:
        assert isinstance(build(house), FastAPI)


def test_a_process_without_a_database_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from app.assembly import database_url

    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with pytest.raises(SystemExit, match="make run"):
        database_url(Settings())
