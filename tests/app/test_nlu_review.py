"""``python -m app nlu-review``: reviewed phrases become a new file of training data, and nothing is written over."""

import asyncio
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
import yaml

from app.nlu_review import write_reviewed
from core.quality.model import BotMark
from core.vocabulary import Role
from db.transactions import Transactions
from nlu import paths
from tests.clocks import MovableClock
from tests.core.quality.world import Work

READ_AS_RASA = """
import json, sys
from rasa.shared.importers.rasa import RasaFileImporter
data = RasaFileImporter(training_data_paths=sys.argv[1:]).get_nlu_data()
print(json.dumps([[one.get("intent"), one.get("text")] for one in data.intent_examples]))
"""


@pytest.fixture
async def work(transactions: Transactions, clock: MovableClock) -> Work:
    """A contact centre with an operator."""
    return Work(transactions, clock)


async def accepted(work: Work, *phrases: tuple[str, str]) -> None:
    """Marks that an editor has accepted."""
    operator, now = await work.a_person(Role.OPERATOR), work.clock.now()
    async with work.transactions.begin() as tx:
        for intent, phrase in phrases:
            tx.add(
                BotMark(
                    fault="intent", right_intent=intent, state="accepted", example=phrase, marked_at=now, marked_by_id=operator.id
                )
            )


async def test_a_new_file_is_written_each_time_and_no_phrase_twice(work: Work, tmp_path: Path) -> None:
    await accepted(work, ("report_problem", "лифт встал между этажами вместе с коляской"), ("greet", "здравствуйте"))
    first, chosen = await write_reviewed(work.desk.bot, work.clock, tmp_path)
    assert first is not None and first.name == "nlu_reviewed_2026-11-25.yml"
    assert ([one.phrase for one in chosen.kept], [one.phrase for one in chosen.known]) == (
        ["лифт встал между этажами вместе с коляской"],
        ["здравствуйте"],
    )
    kept = first.read_bytes()
    assert await write_reviewed(work.desk.bot, work.clock, tmp_path) == (None, chosen.__class__(kept=[], known=[], personal=[]))
    again, _ = await write_reviewed(work.desk.bot, work.clock, tmp_path, again=True)
    assert again is None
    await accepted(work, ("report_problem", "Лифт встал между этажами, вместе с коляской!"), ("news", "что там у мэрии новенького"))
    second, chosen = await write_reviewed(work.desk.bot, work.clock, tmp_path)
    assert second is not None and second.name == "nlu_reviewed_2026-11-25_2.yml"
    assert [one.phrase for one in chosen.kept] == ["что там у мэрии новенького"]
    assert first.read_bytes() == kept


async def test_the_file_is_what_the_dialogue_trains_on(work: Work, tmp_path: Path) -> None:
    phrases = [
        ("report_problem", "лифт встал: кнопки # не горят"),
        ("ask_kb", "сколько стоит справка - форма 9"),
        ("deny", "нет, не то"),
    ]
    await accepted(work, *phrases)
    file, _ = await write_reviewed(work.desk.bot, work.clock, tmp_path)
    assert file is not None
    domain = yaml.safe_load((paths.HOME / "domain" / "core.yml").read_text(encoding="utf-8"))
    assert {block["intent"] for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]} <= set(domain["intents"])
    if not paths.PYTHON.exists():
        pytest.skip("the dialogue's environment is not installed")
    command = [str(paths.PYTHON), "-c", READ_AS_RASA, str(file)]
    asked = {"cwd": paths.HOME, "env": paths.rasa_environment(), "stdout": PIPE, "stderr": PIPE}
    reader = await asyncio.create_subprocess_exec(*command, **asked)
    said, complaints = await reader.communicate()
    assert reader.returncode == 0, complaints.decode()
    assert sorted(map(tuple, yaml.safe_load(said.decode().strip().splitlines()[-1]))) == sorted(phrases)
