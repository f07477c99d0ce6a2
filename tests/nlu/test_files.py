"""The files of the dialogue agree with each other, with the code and with the contract."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu import paths, train, validate
from nlu.components.actions import ACTIONS
from nlu.components.text import normal
from nlu.server import server_command

CONTRACT = (paths.ROOT / "docs" / "dialogue-contract.md").read_text(encoding="utf-8")
ENOUGH = {"ask_kb": 250, "emergency": 250}
ENOUGH_TO_TRY = {"emergency": 120}
OURS = {"step_back": "back"}


def _loaded(folder: str) -> list[dict[str, Any]]:
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted((paths.HOME / folder).glob("*.yml"))]


def _phrases(folder: str) -> list[tuple[str, str]]:
    blocks = [block for loaded in _loaded(folder) for block in loaded.get("nlu", [])]
    return [(block["intent"], line.strip()[2:]) for block in blocks for line in block["examples"].splitlines() if line.strip()]


DOMAIN = _loaded("domain")
INTENTS = {OURS.get(intent, intent) for loaded in DOMAIN for intent in loaded.get("intents", [])}
RESPONSES = {name: variants for loaded in DOMAIN for name, variants in loaded.get("responses", {}).items()}


def test_every_action_of_the_domain_exists_in_code_and_back() -> None:
    assert {action for loaded in DOMAIN for action in loaded.get("actions", [])} == set(ACTIONS)


def test_every_command_of_the_code_is_in_the_contract_and_back() -> None:
    table = CONTRACT.split("## Commands", 1)[1].split("## Given", 1)[0]
    promised = {name for row in re.findall(r"^\| (`.+?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)} - {"do"}
    code = "".join(file.read_text(encoding="utf-8") for file in (paths.HOME / "components").rglob("*.py"))
    made = set(re.findall(r'command\(\s*"(\w+)"', code))
    made |= {item["custom"]["do"] for variants in RESPONSES.values() for item in variants if "custom" in item}
    assert made == promised


def test_every_given_intent_of_the_contract_is_in_the_domain() -> None:
    given = re.findall(r"\w+", " ".join(re.findall(r"`(.+?)`", CONTRACT.split("## Given", 1)[1].split("Item 3", 1)[0], re.DOTALL)))
    assert set(given) <= INTENTS


def test_every_button_gives_an_intent_of_the_domain() -> None:
    payloads = {button["payload"] for items in RESPONSES.values() for item in items for button in item.get("buttons", [])}
    assert {payload.lstrip("/") for payload in payloads} <= INTENTS


def test_every_response_that_the_code_says_is_in_the_domain_and_back() -> None:
    patterns = validate.said_by_actions()
    rules = (paths.HOME / "data" / "rules.yml").read_text(encoding="utf-8")
    unused = [name for name in RESPONSES if name not in rules and not any(pattern.fullmatch(name) for pattern in patterns)]
    missing = [pattern.pattern for pattern in patterns if not any(pattern.fullmatch(name) for name in RESPONSES)]
    assert (unused, missing) == ([], [])


@pytest.mark.parametrize("name", [name for name in RESPONSES if not name.startswith("utter_do_")])
def test_the_telephone_gets_no_buttons_and_no_word_of_them(name: str) -> None:
    spoken = [item for item in RESPONSES[name] if item.get("channel") == "voice"]
    written = [item for item in RESPONSES[name] if "channel" not in item]
    assert len(written) == 1
    assert len(spoken) <= 1
    assert not any("buttons" in item for item in spoken)
    assert spoken or "buttons" not in written[0] or name.endswith("_telegram")


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_words_for_citizens_are_whole_sentences(name: str) -> None:
    for item in RESPONSES[name]:
        if "text" in item:
            assert item["text"].strip()[-1] in ".!?:»}", item["text"]


def test_there_are_enough_varied_phrases_of_each_intent() -> None:
    counted = Counter(intent for intent, _ in _phrases("data"))
    assert {intent: count for intent, count in counted.items() if count < ENOUGH.get(intent, 60)} == {}
    tried = Counter(intent for intent, _ in _phrases("dev"))
    assert {intent: count for intent, count in tried.items() if count < ENOUGH_TO_TRY.get(intent, 15)} == {}
    assert set(counted) == set(tried)


def test_no_phrase_is_in_both_sets_or_under_two_intents() -> None:
    trained: dict[str, str] = {}
    for intent, phrase in _phrases("data"):
        assert trained.setdefault(normal(phrase), intent) == intent, phrase
    assert [phrase for _, phrase in _phrases("dev") if normal(phrase) in trained] == []


def test_a_change_of_the_data_changes_the_fingerprint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("config.yml", "words.yml", "uv.lock"):
        (tmp_path / name).write_text("a: 1\n", encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nlu.yml").write_text("x\n", encoding="utf-8")
    monkeypatch.setattr(paths, "HOME", tmp_path)
    monkeypatch.setattr(paths, "TRAINED_FROM", ("config.yml", "words.yml", "uv.lock", "data"))
    before = train.fingerprint()
    (tmp_path / "data" / "README.txt").write_text("not read", encoding="utf-8")
    assert train.fingerprint() == before
    (tmp_path / "data" / "nlu.yml").write_text("y\n", encoding="utf-8")
    assert train.fingerprint() != before


def test_the_server_listens_on_the_loopback_and_gets_the_token_by_environment() -> None:
    arguments, environment = server_command(5005, "secret")
    assert arguments[arguments.index("--interface") + 1] == "127.0.0.1"
    assert "secret" not in arguments
    assert environment["NLU_TOKEN"] == "secret"
    assert environment["OMP_NUM_THREADS"] == "1"
    assert "--enable-api" not in arguments


@pytest.mark.parametrize(
    ("line", "real"),
    [
        ("The utterance 'utter_form_address' is not used in any story or rule.", False),
        ("The utterance 'utter_of_nobody' is not used in any story or rule.", True),
        ("The intent 'kb_missed' is listed in the domain file, but is not found in the NLU training data.", False),
        ("The intent 'ask_kb' is listed in the domain file, but is not found in the NLU training data.", True),
        ("The action 'action_of_nobody' is used in the stories, but is not a valid utterance action.", True),
    ],
)
def test_real_warnings_of_rasa_are_told_from_harmless_ones(line: str, real: bool) -> None:
    assert validate._is_explained(line) is not real
