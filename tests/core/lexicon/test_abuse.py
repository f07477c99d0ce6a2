"""Abuse in citizens' words (reg. 2.8.4, 3.3), and the innocent words that look like it."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.lexicon.abuse import abuse_lexicon, find_abuse, is_abusive
from core.people.name_words import NAMES

HERE = Path(__file__).parent
SETS = ["dev", "second", "third"]


def phrases(name: str) -> list[tuple[str, str]]:
    document = yaml.safe_load((HERE / f"abuse_{name}.yaml").read_text("utf-8"))
    return [(reason, phrase) for reason, listed in document.items() for phrase in listed]


@pytest.mark.clause("2.8.4")
@pytest.mark.parametrize("name", SETS)
def test_abuse_is_found_also_in_disguise(name: str) -> None:
    said = phrases(f"{name}_positive")
    missed = [phrase for _, phrase in said if not is_abusive(phrase)]
    assert len(missed) <= 0.01 * len(said), missed


@pytest.mark.parametrize("name", SETS)
def test_clean_words_that_look_like_abuse_are_left_alone(name: str) -> None:
    said = phrases(f"{name}_negative")
    flagged = [(phrase, find_abuse(phrase)) for _, phrase in said if is_abusive(phrase)]
    assert len(flagged) <= 0.01 * len(said), flagged


def test_no_ossetian_name_is_abuse() -> None:
    document = yaml.safe_load(NAMES.read_text("utf-8"))
    names = " ".join([document["surnames"], *document["given_names"].values()]).split()
    assert [name for name in names if is_abusive(name) or is_abusive(name + document["feminine_ending"])] == []


@pytest.mark.parametrize(("said", "reason"), yaml.safe_load((HERE / "messages.yaml").read_text("utf-8"))["abuse"])
def test_a_complaint_about_an_insult_is_no_insult_but_obscenity_is_never_accepted(said: str, reason: str | None) -> None:
    finding = find_abuse(said)
    assert (finding.reason.value if finding else None) == reason


def test_every_rule_speaks_of_concepts_that_exist() -> None:
    lexicon = abuse_lexicon()
    assert {name for rule in lexicon.rules for part in (*rule.near, rule.unless) for name in part} <= lexicon.names


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text(max_size=300))
def test_arbitrary_text_never_raises(text: str) -> None:
    find_abuse(text)


@pytest.mark.parametrize("piece", ["x y z ", "*", "x*", "a", "@", "x*" * 19 + " "])
def test_two_hundred_kilobytes_are_soon_through(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.perf_counter()
    find_abuse(text)
    assert time.perf_counter() - began < 1.5
