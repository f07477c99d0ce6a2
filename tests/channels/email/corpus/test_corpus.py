"""Mails as programs and servers write them (tests/payloads/email): each is read as its index says, without exception."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from channels.email.reading.kinds import Own
from channels.email.reading.reader import Reader, Us
from channels.email.tokens import Tokens
from core.mail.port import Answered, Forwarded, MailKind, ReadMail, Report

PAYLOADS = Path(__file__).parents[3] / "payloads" / "email"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((PAYLOADS / "expected.toml").read_text(encoding="utf-8"))
US = Us(
    own=Own(addresses=frozenset({"centre@vladikavkaz.example", "priem@vladikavkaz.example"}), domain="vladikavkaz.example"),
    authority="mx1.vladikavkaz.example",
)
TOKENS = Tokens("corpus of mails")
ENVELOPE = Answered(purpose="b", number=31)
"""What reports come to."""
LEAST = {"human": 60, "report": 25, "auto": 25, "list": 15, "own": 15}
ADDRESS = re.compile(rb"[A-Za-z0-9._+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
REPORTS = {"bounce", "delay", "delivered"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def mails() -> dict[str, ReadMail]:
    """All of them, read one after the other by one limited process."""
    reader = Reader(US, tokens=TOKENS)
    try:
        return {name: await reader.read((PAYLOADS / f"{name}.eml").read_bytes()) for name in EXPECTED}
    finally:
        await reader.close()


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _forwarded(found: Forwarded | None) -> dict[str, Any] | None:
    if found is None:
        return None
    sent = found.sent_at.isoformat() if found.sent_at else ""
    return {
        "author": found.author.address,
        "name": found.author.name,
        "subject": found.subject,
        "sent": sent,
        "text": _lines(found.text),
    }


def _report(found: Report | None) -> dict[str, Any] | None:
    if found is None:
        return None
    failures = [{"recipient": one.recipient, "status": one.status, "diagnostic": one.diagnostic} for one in found.failures]
    return {"envelope_id": found.envelope_id, "message_id": found.message_id, "failures": failures}


def _is_read_as(reading: str, text: str, wanted: str) -> bool:
    """``*``: nothing is cut from the text; a ``*`` at the end: more may follow."""
    if wanted == "*":
        return _lines(reading) == _lines(text)
    if wanted.endswith("*"):
        return "\n".join(_lines(reading)).startswith("\n".join(_lines(wanted[:-1])))
    return _lines(reading) == _lines(wanted)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_mail_of_the_corpus_is_read_as_its_index_says(name: str, mails: dict[str, ReadMail]) -> None:
    wanted, mail = EXPECTED[name], mails[name]
    assert mail.kind.value == wanted["kind"]
    assert [f"{one.purpose}:{one.number}" for one in mail.answers if one != ENVELOPE] == wanted.get("answers", [])
    assert (mail.author.address, mail.author.name) == (wanted["author"], wanted.get("author_name", mail.author.name))
    assert mail.subject == wanted.get("subject", mail.subject)
    assert mail.in_reply_to == ((wanted["in_reply_to"],) if "in_reply_to" in wanted else mail.in_reply_to)
    assert "reading" not in wanted or _is_read_as(mail.reading, mail.text, wanted["reading"])
    if "files" in wanted:
        assert [[file.name, file.media_type] for file in mail.files] == wanted["files"]
    assert mail.is_signed is wanted.get("is_signed", False)
    assert set(wanted.get("remarks", [])) <= set(mail.remarks)


@pytest.mark.parametrize("name", sorted(name for name, wanted in EXPECTED.items() if wanted["kind"] == "human"))
def test_whose_mail_was_forwarded_is_known(name: str, mails: dict[str, ReadMail]) -> None:
    wanted = EXPECTED[name].get("forwarded")
    assert _forwarded(mails[name].forwarded) == (wanted and wanted | {"text": _lines(wanted["text"])})


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_report_tells_whom_it_is_about_and_other_mails_are_none(name: str, mails: dict[str, ReadMail]) -> None:
    wanted = EXPECTED[name].get("report")
    assert (ENVELOPE in mails[name].answers) or EXPECTED[name]["kind"] not in REPORTS
    assert _report(mails[name].report) == (wanted and {"failures": []} | wanted)


@pytest.mark.parametrize("name", sorted(name for name, wanted in EXPECTED.items() if "checked" in wanted))
def test_what_our_own_server_found_is_told_and_nothing_that_others_say(name: str, mails: dict[str, ReadMail]) -> None:
    checked = mails[name].checked
    assert [checked.spf, checked.dkim, checked.dmarc] == EXPECTED[name]["checked"]


def test_every_mail_is_in_the_index_and_there_are_enough_of_each_kind() -> None:
    assert {file.stem for file in PAYLOADS.glob("*.eml")} == set(EXPECTED)
    counted = Counter("report" if wanted["kind"] in REPORTS else wanted["kind"] for wanted in EXPECTED.values())
    assert all(counted[kind] >= least for kind, least in LEAST.items())
    assert set(MailKind) - {MailKind.UNREAD} == {MailKind(wanted["kind"]) for wanted in EXPECTED.values()}


def test_the_people_of_the_corpus_are_invented() -> None:
    """Only domains that nobody can own (RFC 2606)."""
    for file in PAYLOADS.glob("*.eml"):
        domains = {found[1].decode().lower() for found in ADDRESS.finditer(file.read_bytes().replace(b"=\r\n", b""))}
        assert all(one.endswith((".example", "example.net", "example.org")) for one in domains), (file.name, domains)
