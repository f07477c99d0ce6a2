"""The core and the dialogue agree on their words (docs/dialogue-contract.md)."""

import ast
import re
import tomllib

import pytest
import yaml

from core.conversations.effects import Effects
from tests.fakes import plain_calendar
from tests.house.tree import ROOT, files, modules, parsed, table_rows

CONTRACT = (ROOT / "docs" / "dialogue-contract.md").read_text(encoding="utf-8")
ANSWERED_ELSEWHERE = {"answer_question"}
"""Carried out before the transaction: the reception searches the knowledge base (core/conversations/reception.py)."""
KNOWN_TO_THE_CORE_ONLY = {"ask_article", "inform"}
"""The core answers ``ask_article`` itself; ``inform`` brings entities into a form without words."""


def _contract_commands():
    rows = table_rows(CONTRACT.partition("## Commands")[2].partition("## Given intents")[0], 3)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def _given_intents():
    told = CONTRACT.partition("## Given intents")[2]
    return {word for said in re.findall(r"`([\w, ]+)`", told.partition("Item 3")[0]) for word in re.findall(r"\w+", said)}


def _domain():
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files("nlu/domain", endings=(".yml",))]


def _dialogue_commands():
    """What the dialogue can command: responses of the domain and calls of ``command`` in its components."""
    customs = [
        variant["custom"]["do"]
        for part in _domain()
        for variants in (part.get("responses") or {}).values()
        for variant in variants
        if "custom" in variant
    ]
    calls = [
        node.args[0].value
        for module in modules("nlu/components")
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "command"
        if node.args and isinstance(node.args[0], ast.Constant)
    ]
    return {*customs, *calls}


def test_the_core_carries_out_what_the_contract_names_and_nothing_else() -> None:
    known = Effects(calendar_of=plain_calendar, dispatch_phones=("1", "2")).names
    assert known | ANSWERED_ELSEWHERE == _contract_commands()


def test_the_dialogue_commands_only_what_the_contract_names() -> None:
    commanded = _dialogue_commands()
    assert commanded
    assert not commanded - _contract_commands()


def _renamed():
    """Given intents that the connector calls otherwise, because Rasa keeps the name for itself."""
    tree = parsed(ROOT / "nlu" / "components" / "connector.py")
    return next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "OUR_NAMES"
    )


def test_every_given_intent_is_known_to_the_dialogue() -> None:
    intents = {
        name for part in _domain() for one in part.get("intents") or () for name in (one if isinstance(one, dict) else [one])
    }
    renamed = _renamed()
    assert not {renamed.get(name, name) for name in _given_intents()} - intents


@pytest.mark.parametrize("file", ["core/texts/ru.toml", "bots/citizen/words/ru.toml"])
def test_every_button_of_ours_gives_an_intent_of_the_contract(file: str) -> None:
    found = set()

    def look(value):
        if isinstance(value, dict):
            if isinstance(value.get("intent"), str):
                found.add(value["intent"])
            value = list(value.values())
        for inner in value if isinstance(value, list) else ():
            look(inner)

    look(tomllib.loads((ROOT / file).read_text(encoding="utf-8")))
    own = {"help", "privacy"}  # answered by the core's own words (core/conversations/hearing.py)
    assert not found - _given_intents() - KNOWN_TO_THE_CORE_ONLY - own


def test_every_action_that_the_domain_names_exists_and_back() -> None:
    named = {name for part in _domain() for name in part.get("actions") or () if name.startswith("action_")}
    table = next(
        node.value
        for node in ast.walk(parsed(ROOT / "nlu" / "components" / "actions.py"))
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and "ACTIONS" in ast.unparse(node.target if isinstance(node, ast.AnnAssign) else node.targets[0])
    )
    assert isinstance(table, ast.Dict)
    written = {key.value for key in table.keys if isinstance(key, ast.Constant) and str(key.value).startswith("action_")}
    assert written
    assert named == written
