"""The normaliser: names, telephones, addresses and appeal numbers, as people write and say them."""

import time
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from core.people.emails import find_emails
from core.people.name_words import NamePart
from core.people.names import find_full_name, find_name
from core.people.normaliser import extract_entities
from core.people.phones import display_phone, find_phones

HERE = Path(__file__).parent
SLOTS = [None, "full_name", "phone", "contact", "appeal_number", "description"]
QUICK = 2.0
"""Seconds in which 200 kB of the worst text must be through, with room for a busy machine."""


def table(name: str, part: str) -> list[list[Any]]:
    rows: list[list[Any]] = yaml.safe_load((HERE / f"{name}.yaml").read_text("utf-8"))[part]
    return rows


@pytest.mark.parametrize(("said", "full"), table("names", "free"))
def test_a_name_in_free_text_is_found_only_if_the_speaker_gives_it_as_theirs(said: str, full: str | None) -> None:
    name = find_full_name(said, expected=False)
    assert (name.full() if name else None) == full


@pytest.mark.parametrize(("said", "full"), table("names", "asked"))
def test_an_answer_to_the_question_for_a_name_is_a_name_or_is_refused(said: str, full: str | None) -> None:
    name = find_full_name(said, expected=True)
    assert (name.full() if name else None) == full


@pytest.mark.clause("2.8.4")
@pytest.mark.parametrize(("said", "missing"), table("names", "missing"))
def test_a_part_of_a_name_says_what_is_missing(said: str, missing: list[str]) -> None:
    finding = find_name(said, expected=True)
    assert finding.name is None
    assert finding.missing == tuple(map(NamePart, missing))


@pytest.mark.parametrize(("said", "polite", "gender"), table("names", "polite"))
def test_a_person_is_addressed_politely_and_in_the_right_gender(said: str, polite: str, gender: str) -> None:
    name = find_full_name(said, expected=True)
    assert name is not None
    assert (name.polite(), name.gender()) == (polite, gender)


def test_a_name_has_a_limit() -> None:
    assert find_full_name("x" * 61 + " " + "y" * 61, expected=True) is None


@pytest.mark.parametrize(("said", "phones"), table("phones", "free"))
def test_telephones_are_found_and_other_numbers_are_not(said: str, phones: list[str]) -> None:
    assert list(find_phones(said)) == phones


@pytest.mark.clause("2.9")
@pytest.mark.parametrize(("said", "phones"), table("phones", "asked"))
def test_a_local_number_is_enough_when_a_telephone_was_asked_for(said: str, phones: list[str]) -> None:
    assert list(find_phones(said, expected=True)) == phones


@pytest.mark.parametrize(("e164", "shown"), table("phones", "display"))
def test_a_telephone_is_shown_as_people_read_it(e164: str, shown: str) -> None:
    assert display_phone(e164) == shown


@pytest.mark.parametrize(("said", "emails"), table("emails", "emails"))
def test_addresses_are_found_written_and_said(said: str, emails: list[str]) -> None:
    assert list(find_emails(said)) == emails


@pytest.mark.parametrize(("said", "slot", "entities"), table("entities", "entities"))
def test_every_channel_gets_the_same_entities(said: str, slot: str | None, entities: list[str]) -> None:
    assert [f"{found.entity}={found.value}" for found in extract_entities(said, requested_slot=slot)] == entities


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=300), st.sampled_from(SLOTS))
def test_arbitrary_text_never_raises(text: str, slot: str | None) -> None:
    extract_entities(text, requested_slot=slot)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from([row[0] for part in ("free", "asked") for row in table("names", part)]), st.text(max_size=20))
def test_a_name_once_normalised_stays_as_it_is(said: str, noise: str) -> None:
    name = find_full_name(f"{said} {noise}", expected=True)
    if name is not None:
        again = find_full_name(name.full(), expected=True)
        assert again is not None
        assert again.full() == name.full()


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(alphabet="0123456789 +-()8796.", min_size=5, max_size=40))
def test_a_telephone_once_normalised_is_valid_and_stays_as_it_is(text: str) -> None:
    for phone in find_phones(text, expected=True):
        assert phonenumbers.is_valid_number(phonenumbers.parse(phone))
        assert find_phones(phone) == (phone,)
        assert find_phones(display_phone(phone)) == (phone,)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.emails())
def test_an_address_once_normalised_stays_as_it_is(address: str) -> None:
    for found in find_emails(address):
        assert find_emails(found) == (found,)


@pytest.mark.parametrize("piece", ["a@", "a.b@c.", "8 ", "+", "(", "<", "&lt;", "1/", "x", "-", "\u200b", "'", "A. "])
def test_two_hundred_kilobytes_of_the_worst_text_are_soon_through(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    began = time.perf_counter()
    for slot in SLOTS:
        extract_entities(text, requested_slot=slot)
    assert time.perf_counter() - began < QUICK * len(SLOTS)
