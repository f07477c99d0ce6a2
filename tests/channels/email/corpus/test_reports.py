"""Reports of servers: what is peculiar in them, one thing at a time; whole mails are in the corpus."""

import time
from email import message_from_bytes, policy

import pytest

from channels.email.reading.bounces import report_of, verdict
from core.mail.port import Failure, MailKind

HEAD = (
    "From: MAILER-DAEMON@x.example\nSubject: Undelivered\nContent-Type: "
    'multipart/report; report-type=delivery-status; boundary="b"\n\n'
)


def _report(*fields: str, kind: str = "message/delivery-status", encoding: str = "7bit", returned: str = ""):
    blocks = "\n\n".join(("Reporting-MTA: dns; x.example", *fields))
    copy = f"--b\nContent-Type: text/rfc822-headers\n\n{returned}\n" if returned else ""
    content = f"{HEAD}--b\nContent-Type: {kind}\nContent-Transfer-Encoding: {encoding}\n\n{blocks}\n{copy}--b--\n"
    return message_from_bytes(content.encode(), policy=policy.default)


def _failures(*fields: str) -> tuple[Failure, ...]:
    found = report_of(_report(*fields))
    assert found is not None
    return found.failures


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param("Action: failed\nStatus: 5.1.1", MailKind.BOUNCE, id="failed"),
        pytest.param("Action: Failed (permanently)\nStatus: 5.1.1", MailKind.BOUNCE, id="failed, with a comment"),
        pytest.param("Action: delayed\nStatus: 4.4.1", MailKind.DELAY, id="delayed"),
        pytest.param("Action: relayed\nStatus: 2.0.0", MailKind.DELIVERED, id="relayed"),
        pytest.param("Action: expanded\nStatus: 2.0.0", MailKind.DELIVERED, id="expanded"),
        pytest.param("Action: failed\nStatus: 4.4.7", MailKind.BOUNCE, id="given up after many attempts"),
        pytest.param("Action: beaten\nStatus: 4.4.1", MailKind.DELAY, id="an unknown action, late by its status"),
        pytest.param("Status: 2.1.5", MailKind.DELIVERED, id="no action, arrived by its status"),
        pytest.param("Status: nonsense", MailKind.BOUNCE, id="nothing that one understands"),
    ],
)
def test_the_action_tells_what_happened(fields: str, kind: MailKind) -> None:
    found = verdict(_report(f"Final-Recipient: rfc822; a@x.example\n{fields}"))
    assert found is not None
    assert found.kind is kind
    assert [one.recipient for one in found.report.failures] == ["a@x.example"]


def test_of_several_recipients_those_are_told_with_whom_it_went_worst() -> None:
    fields = [
        f"Final-Recipient: rfc822; {name}@x.example\nAction: {action}\nStatus: 5.0.0"
        for name, action in (("a", "delivered"), ("b", "failed"), ("c", "delayed"), ("d", "failed"))
    ]
    assert [one.recipient for one in _failures(*fields)] == ["b@x.example", "d@x.example"]


@pytest.mark.parametrize(
    ("fields", "recipient"),
    [
        pytest.param("Original-Recipient: rfc822;a@x.example\nFinal-Recipient: rfc822; b@y.example", "a@x.example", id="forwarded"),
        pytest.param("Final-Recipient: LOCAL; <A@X.example>", "a@x.example", id="brackets and capitals"),
        pytest.param("Final-Recipient: a@x.example", "a@x.example", id="no type"),
        pytest.param(
            "Original-Recipient: rfc822;centre+2Bb-1-abc@x.example\nFinal-Recipient: x",
            "centre+b-1-abc@x.example",
            id="encoded plus",
        ),
        pytest.param("Final-Recipient: x400; /G=A/S=B/", "", id="no address at all"),
    ],
)
def test_the_recipient_is_whom_we_wrote_to(fields: str, recipient: str) -> None:
    assert _failures(f"{fields}\nAction: failed\nStatus: 5.1.1") == (Failure(recipient=recipient, status="5.1.1"),)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        pytest.param("Status: 5.1.1 (bad destination)", "5.1.1", id="with a comment"),
        pytest.param("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.2.2 full", "5.2.2", id="the last server knows better"),
        pytest.param("Status: 5.0.0\nDiagnostic-Code: smtp; 450 4.2.2 full", "5.0.0", id="but of another class"),
        pytest.param("Diagnostic-Code: smtp; 550 5.7.1 spam", "5.7.1", id="only in the words"),
        pytest.param("Diagnostic-Code: smtp; 550 from 192.5.1.1", "", id="an IP address is none"),
    ],
)
def test_the_status_is_the_most_exact_one(fields: str, status: str) -> None:
    assert _failures(f"Final-Recipient: rfc822; a@x.example\nAction: failed\n{fields}")[0].status == status


def test_our_envelope_id_is_decoded() -> None:
    found = report_of(_report("Action: failed\nFinal-Recipient: rfc822; a@x.example"))
    assert found is not None and found.envelope_id == ""
    message = message_from_bytes(
        _report("Action: failed\nFinal-Recipient: rfc822; a@x.example")
        .as_bytes()
        .replace(b"Reporting-MTA", b"Original-Envelope-Id: b-7-abc+3Dx\nReporting-MTA"),
        policy=policy.default,
    )
    found = report_of(message)
    assert found is not None and found.envelope_id == "b-7-abc=x"


def test_our_message_is_named_by_the_copy_of_its_headers() -> None:
    copy = "From: centre@city.example\nMESSAGE-ID:\n <delivery.1.abc@city.example>\n"
    found = report_of(_report("Action: failed\nFinal-Recipient: rfc822; a@x.example", returned=copy))
    assert found is not None and found.message_id == "<delivery.1.abc@city.example>"


@pytest.mark.parametrize("text", ["Обычные слова.", "I am unable to deliver the papers today."], ids=["russian", "english"])
def test_a_persons_mail_is_no_report(text: str) -> None:
    content = f"From: boris@example.org\nReturn-Path: <boris@example.org>\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
    assert report_of(message_from_bytes(content.encode(), policy=policy.default)) is None


@pytest.mark.parametrize(
    "unit",
    [
        "<a@b.example>:\n",
        "a@b.example\n",
        "Message-ID: <\n",
        "message-id: <a@b> ",
        "-- ",
        "a@",
        "5.1.1 ",
        "550 ",
        "\n",
        "<",
        "To: ",
    ],
)
def test_a_hostile_report_takes_no_more_than_50_ms(unit: str) -> None:
    content = f"From: MAILER-DAEMON@x.example\nSubject: failure notice\nReturn-Path: <>\n\n{unit * (65_000 // len(unit))}"
    message = message_from_bytes(content.encode(), policy=policy.default)
    begun = time.thread_time()
    assert verdict(message) is not None
    assert time.thread_time() - begun <= 0.05
