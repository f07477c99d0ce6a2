"""Dialogues written down as scripts (``dialogues/*.yml``), each driven over HTTP against the trained model."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.nlu.citizen import Citizen
from tests.nlu.rasa_process import RasaServer

SCRIPTS = Path(__file__).parent / "dialogues"


def _scripts() -> list[Any]:
    found = []
    for file in sorted(SCRIPTS.glob("*.yml")):
        for script in yaml.safe_load(file.read_text(encoding="utf-8")):
            marks = [pytest.mark.clause(clause) for clause in script.get("clauses", [])]
            found.append(pytest.param(script, id=f"{file.stem}: {script['name']}", marks=marks))
    return found


@pytest.mark.parametrize("script", _scripts())
def test_the_dialogue_goes_as_written(rasa_server: RasaServer, script: dict[str, Any]) -> None:
    with Citizen(rasa_server, channel=script.get("channel", "telegram")) as citizen:
        citizen.facts |= script.get("facts", {})
        for number, turn in enumerate(script["turns"], start=1):
            citizen.facts |= turn.get("facts", {})
            _check(turn, _answer(citizen, turn), f"turn {number}: {turn.get('citizen') or turn.get('given')}")


def _answer(citizen: Citizen, turn: dict[str, Any]) -> dict[str, Any]:
    entities = turn.get("entities", {})
    if "given" in turn:
        return citizen.presses(turn["given"], turn.get("citizen"), **entities)
    return citizen.says(turn["citizen"], **entities)


def _check(turn: dict[str, Any], answer: dict[str, Any], where: str) -> None:
    """Compare an answer with the script; commands not written must not come."""
    said = "\n".join(message["text"] for message in answer["messages"])
    for part in _listed(turn.get("says")):
        assert part in said, f"{where}: {part!r} not in {said!r} ({answer['intent']})"
    for part in _listed(turn.get("never_says")):
        assert part not in said, f"{where}: {part!r} in {said!r}"
    if turn.get("silent"):
        assert not said, f"{where}: {said!r}"
    expected = [{"do": item} if isinstance(item, str) else item for item in turn.get("commands", [])]
    assert [command["do"] for command in answer["commands"]] == [item["do"] for item in expected], (
        f"{where}: {answer['commands']} ({answer['intent']} {answer['confidence']})"
    )
    for item, command in zip(expected, answer["commands"], strict=True):
        assert item.items() <= command.items(), f"{where}: {command}"
    if "asks" in turn:
        assert answer["requested_slot"] == turn["asks"], f"{where}: {answer['intent']} {answer['confidence']} {said!r}"
    if "form" in turn:
        assert answer["active_loop"] == turn["form"], where
    buttons = {button["intent"] for message in answer["messages"] for button in message["buttons"]}
    assert set(_listed(turn.get("buttons"))) <= buttons, f"{where}: {buttons}"


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)
