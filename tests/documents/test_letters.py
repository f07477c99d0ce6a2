"""Each letter says what it was given, with exactly the facts that it declares."""

import re

import pytest
from jinja2 import Environment, meta

from core.vocabulary import ReplyKind
from documents.letters import LETTERS, SUBJECT_LIMIT, compose, letters
from documents.typist import DocumentTypist

NAMES = sorted(letters())
REPLIES = [f"reply_{kind}" for kind in ReplyKind]
OWN = {
    "reply_final": {"answer"},
    "reply_interim": {"reasons", "expected_on"},
    "reply_clarification": {"reasons", "text"},
    "reply_notice": {"answer"},
    "reply_confirmation": set(),
}
"""What each reply must show of the facts that all replies share."""

MAY_BE_EMPTY = {
    "text", "answer", "reasons", "expected_on",
    "stands_in_for", "urgency", "operator_phone", "addressee_name", "overdue", "reason",
}  # fmt: skip
"""What the casework may not know; the rest it always gives."""


def asked_for(name: str) -> set[str]:
    plain = Environment(autoescape=False)
    plain.filters["full_stop"] = str
    return set(meta.find_undeclared_variables(plain.parse((LETTERS / f"{name}.txt.jinja").read_text())))


def test_every_template_is_declared_and_every_kind_of_reply_has_one() -> None:
    assert {path.name.removesuffix(".txt.jinja") for path in LETTERS.glob("*.jinja")} == set(NAMES)
    assert set(REPLIES) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_asks_for_nothing_that_it_does_not_declare(name: str) -> None:
    assert asked_for(name) <= letters()[name].facts.keys()


@pytest.mark.parametrize("replies", [True, False], ids=["replies", "requests"])
def test_a_declared_fact_is_used(replies: bool) -> None:
    names = [name for name in NAMES if (name in REPLIES) is replies]
    assert set.union(*(asked_for(name) for name in names)) == set.union(*(set(letters()[name].facts) for name in names))


@pytest.mark.clause("3.3")
@pytest.mark.parametrize("bare", [False, True], ids=["with every fact", "with the least"])
@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_whole(name: str, bare: bool) -> None:
    letter = compose(name, {key: "" if bare and key in MAY_BE_EMPTY else value for key, value in letters()[name].facts.items()})
    assert 10 < len(letter.subject) <= SUBJECT_LIMIT
    assert "\n" not in letter.subject
    assert letter.text == letter.text.strip()
    assert not re.search(r"\n\n\n|\{|\}|\.\.|None| [.,]", letter.text)
    assert letter.text.startswith(("Уважаемый", "Здравствуйте"))


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_shows_its_own_facts(name: str) -> None:
    facts = letters()[name].facts
    letter = compose(name, {key: value if key in OWN[name] | {"number", "registered_on"} else "" for key, value in facts.items()})
    for key in OWN[name] | {"number", "registered_on"}:
        assert facts[key].rstrip(".") in letter.text, key


def test_a_final_reply_without_an_answer_tells_why_nothing_can_be_done() -> None:
    facts = letters()["reply_final"].facts
    assert "не представляется возможным" in compose("reply_final", {**facts, "answer": ""}).text
    assert "не представляется возможным" not in compose("reply_final", facts).text


@pytest.mark.clause("4.4")
def test_a_substitute_is_told_for_whom_they_stand_in() -> None:
    facts = letters()["information_request"].facts
    assert facts["stands_in_for"] in compose("information_request", facts).text
    assert "замещающему" not in compose("information_request", {**facts, "stands_in_for": ""}).text


def test_a_late_reminder_says_so() -> None:
    facts = letters()["request_reminder"].facts
    late, early = compose("request_reminder", facts), compose("request_reminder", {**facts, "overdue": ""})
    assert (late.subject.startswith("Срок истёк"), "ответа нет" in late.text) == (True, True)
    assert (early.subject.startswith("Напоминание"), "ответа нет" in early.text) == (True, False)


def test_words_of_a_citizen_are_neither_markup_nor_template_and_stay_out_of_the_subject_line() -> None:
    facts = {**letters()["reply_final"].facts, "answer": "Ямы & <b> {{ number }}\r\n{% x %}\x00"}
    assert "Ямы & <b> {{ number }}\n{% x %}" in compose("reply_final", facts).text
    broken = compose("reply_final", {**facts, "number": "1\r\nBcc: a@b.example"})
    assert broken.subject == "Ответ на обращение № 1"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param("no_such_letter", {}, id="an unknown letter"),
        pytest.param("../letters", {}, id="a path"),
        pytest.param("reply_final", {"number": None}, id="a fact too few"),
        pytest.param("reply_final", {"secret": "x"}, id="a fact too many"),
    ],
)
def test_an_odd_call_is_an_error(name: str, change: dict[str, str | None]) -> None:
    facts = {key: value for key, value in {**letters()["reply_final"].facts, **change}.items() if value is not None}
    with pytest.raises(KeyError):
        DocumentTypist().letter(name, facts)
