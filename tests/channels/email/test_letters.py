"""What a letter says and how it looks, read back by the standard library; nothing foreign gets into its headers."""

import re
import subprocess
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.composing import Attached, Composer, Mail
from channels.email.letter import read_letter
from channels.email.options import CentreAddress
from channels.email.signing import Signer
from channels.email.tokens import Tokens
from core.channels import DeliveryError
from tests.channels.email.conftest import CENTRE, outbound
from tests.clocks import MovableClock

NOW = MovableClock().now()
COMPOSER = Composer(centre=CENTRE, tokens=Tokens("test"))


def compose(
    to: str = "zarina@example.org", *, by: Composer = COMPOSER, contents: dict[str, bytes] | None = None, **content: Any
) -> Mail:
    """The mail of a letter."""
    letter = read_letter(outbound(to, **content))
    return by.compose(letter, 7, NOW, [Attached(file=file, content=(contents or {})[file.key]) for file in letter.files])


def parsed(mail: Mail) -> EmailMessage:
    """Taken apart."""
    return BytesParser(policy=default).parsebytes(mail.content)


def raw_header(mail: Mail, name: str) -> str:
    """A header decoded as mail programs do it, adjacent encoded words without a space."""
    head = mail.content.split(b"\r\n\r\n", 1)[0].decode()
    found = re.search(rf"^{name}: ([^\r\n]*(?:\r\n[ \t][^\r\n]*)*)", head, re.MULTILINE)
    return "" if found is None else str(make_header(decode_header(found[1].replace("\r\n", ""))))


def body(mail: Mail, kind: str) -> str:
    """The text of one of the two looks."""
    return str(parsed(mail).get_body((kind,)).get_content())


def test_it_is_plain_text_and_the_same_as_html() -> None:
    mail = compose(text="Здравствуйте!\n\nПодробнее: https://city.example/a?b=1&c=2.\n<b>не жирный</b> & точка")
    assert body(mail, "plain").startswith("Здравствуйте!\r\n\r\nПодробнее") or body(mail, "plain").startswith(
        "Здравствуйте!\n\nПодробнее"
    )
    page = body(mail, "html")
    assert '<a href="https://city.example/a?b=1&amp;c=2" style="color:#1b6bad">https://city.example/a?b=1&amp;c=2</a>.' in page
    assert "&lt;b&gt;не жирный&lt;/b&gt; &amp; точка" in page
    assert parsed(mail)["Content-Type"].content_type == "multipart/alternative"


def test_the_sender_and_the_date_are_the_centres() -> None:
    mail = parsed(compose())
    assert raw_header(compose(), "From") == "Контакт-центр города <centre@city.example>"
    assert mail["Date"].datetime == NOW.replace(microsecond=0)
    assert str(mail["Date"]).endswith("+0300")


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("reply", None),
        ("request", None),
        ("reminder", "auto-generated"),
        ("notice", "auto-generated"),
        ("acknowledgement", "auto-replied"),
    ],
)
def test_what_a_machine_says_is_marked(kind: str, told: str | None) -> None:
    mail = parsed(compose(kind=kind))
    assert mail["Auto-Submitted"] == told
    assert mail["List-Unsubscribe"] is None
    assert mail["Precedence"] is None


def test_an_answer_names_what_it_answers() -> None:
    mail = parsed(compose(in_reply_to="<a@b.example>", references=["<x@b.example>", "<a@b.example>", "no id"]))
    assert mail["In-Reply-To"] == "<a@b.example>"
    assert str(mail["References"]).split() == ["<x@b.example>", "<a@b.example>"]


def test_a_foreign_id_that_looks_encoded_stays_as_it_is() -> None:
    strange = "<=?utf-8?q?a=0D=0ABcc:_x?=@b.example>"
    mail = compose(in_reply_to=strange)
    assert f"In-Reply-To: {strange}\r\nReferences: {strange}\r\n".encode() in mail.content


def test_a_long_thread_keeps_its_first_and_its_newest_letters() -> None:
    ids = [f"<{number}@b.example>" for number in range(60)]
    kept = str(parsed(compose(references=ids, in_reply_to=ids[-1]))["References"]).split()
    assert (kept[0], kept[-1], len(kept)) == (ids[0], ids[-1], 20)


def test_an_answer_comes_to_an_address_that_names_the_appeal() -> None:
    mail = compose(reply_to="appeal:12")
    token = re.search(r"centre\+(appeal-12-[a-z2-7]{12})@city\.example", str(parsed(mail)["Reply-To"]))
    assert token is not None
    assert token[1] == Tokens("test").seal("appeal", 12) != Tokens("other").seal("appeal", 12)
    assert body(mail, "plain").startswith("## Пишите ответ выше этой строки ##")


def test_without_it_no_answer_is_asked_for() -> None:
    assert parsed(compose())["Reply-To"] is None
    assert "##" not in body(compose(), "plain")


def test_a_server_without_details_gets_the_bare_addresses() -> None:
    plain = CentreAddress(address="centre@city.example", name="Centre", has_details=False)
    mail = compose(by=Composer(centre=plain, tokens=Tokens("test")), reply_to="appeal:12")
    assert mail.sender == "centre@city.example"
    assert parsed(mail)["Reply-To"].addresses[0].addr_spec == "centre@city.example"


@pytest.mark.parametrize(
    "name",
    [
        "Запрос З-000001.docx",
        "Очень длинное название документа о состоянии дорожного покрытия на улице Придуманной дом 15.docx",
        'кавычки " и \\ и ; точка.pdf',
        "plain.pdf",
    ],
)
def test_a_file_keeps_its_russian_name(name: str) -> None:
    mail = compose(files=[{"key": "k", "file_name": name, "media_type": "application/pdf"}], contents={"k": b"%PDF-1.7 \r\n\x00."})
    [file] = parsed(mail).iter_attachments()
    assert file.get_filename() == name.replace("\\", "/").rpartition("/")[2].strip()
    assert (file.get_content_type(), file.get_content()) == ("application/pdf", b"%PDF-1.7 \r\n\x00.")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\tmp\\a.docx", "a.docx"),
        ("", "file"),
        ("...", "file"),
        ("=?utf-8?q?a=0D=0AX-Evil:_1?=.pdf", "=_utf-8?q?a=0D=0AX-Evil:_1?=.pdf"),
        ("a\r\nX-Evil: 1.pdf", "a X-Evil: 1.pdf"),
        ("gpj.\u202edoc.exe", "gpj. doc.exe"),
        ("я" * 400 + ".docx", "я" * 145 + ".docx"),
    ],
)
def test_a_file_name_cannot_mislead(given: str, kept: str) -> None:
    mail = compose(files=[{"key": "k", "file_name": given, "media_type": "text/html\r\nX-Evil: 1"}], contents={"k": b"1"})
    [file] = parsed(mail).iter_attachments()
    assert (file.get_filename(), file.get_content_type(), file["X-Evil"]) == (kept, "application/octet-stream", None)


@pytest.mark.parametrize(
    "content",
    [
        {"subject": "Тема\r\nBcc: all@example.org"},
        {"subject": "Subject\nBcc: all@example.org\n\nbody"},
        {"subject": "a\u2028Bcc: x@y.example"},
        {"subject": "=?utf-8?q?a=0D=0ABcc:_all@example.org?="},
        {"in_reply_to": "<a@b>\r\nBcc: all@example.org"},
        {"references": ["<a@b>\r\nBcc: all@example.org", "<a\r\nBcc:@b.example>"]},
        {"cc": ["x@example.org\r\nBcc: all@example.org", "x@example.org, all@example.org", "<x@example.org>\nBcc: a@b.example"]},
    ],
    ids=["subject", "bare line feed", "line separator", "encoded", "in-reply-to", "references", "copies"],
)
def test_nothing_foreign_gets_into_the_headers(content: dict[str, Any]) -> None:
    mail = compose(**content)
    message = parsed(mail)
    assert message["Bcc"] is None
    assert message.defects == []
    assert (mail.to, mail.cc) == ("zarina@example.org", ())
    assert {name.lower() for name in message.keys()} <= {  # noqa: SIM118
        "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "in-reply-to", "references",
    }  # fmt: skip


@pytest.mark.parametrize(
    "to",
    [
        "",
        "zarina",
        "zarina@example.org\r\nRCPT TO:<all@example.org>",
        "a@b.example, c@d.example",
        "Zarina <z@example.org>",
        "z@[127.0.0.1]",
    ],
)
def test_what_is_no_address_is_a_permanent_failure(to: str) -> None:
    with pytest.raises(DeliveryError, match="not an e-mail address") as caught:
        compose(to)
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"text": " \n"}, "nothing to send"),
        ({"kind": "spam"}, "kind"),
        ({"reply_to": "somebody@example.org"}, "reply_to"),
        ({"text": None, "files": "none"}, "nothing to send"),
    ],
    ids=["empty", "unknown kind", "an address to reply to", "wrong types"],
)
def test_a_letter_that_makes_no_sense_is_a_permanent_failure(content: dict[str, Any], words: str) -> None:
    with pytest.raises(DeliveryError, match=words) as caught:
        read_letter(outbound(**content))
    assert caught.value.permanent


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300), st.text(max_size=500))
def test_any_words_come_back_and_stay_within_the_lines(subject: str, text: str) -> None:
    if not text.strip():
        return
    try:
        letter = read_letter(outbound(subject=subject, text=text))
    except DeliveryError:
        return  # nothing but signs that are left out
    mail = COMPOSER.compose(letter, 7, NOW)
    head = mail.content.split(b"\r\n\r\n", 1)[0]
    assert mail.content.isascii()
    assert b"\n" not in mail.content.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))
    assert head.count(b"\r\nSubject: ") == 1
    assert raw_header(mail, "Subject").split() == (letter.subject or CENTRE.name).split()
    assert [line.rstrip() for line in body(mail, "plain").splitlines()][-1:] != [""]


@pytest.mark.parametrize(
    "subject",
    [
        "=?utf-8?b?0JQ=?= hi",
        "=?utf-8?q?a=0D=0ABcc:_all@example.org?=",
        "x" * 240,
        "Re: " + "y" * 90,
        "слово " * 40,
        "\U0001f600" * 90,
    ],
    ids=["looks encoded", "looks encoded, with line ends", "no space", "a long word", "many words", "wide signs"],
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    mail = compose(subject=subject)
    assert raw_header(mail, "Subject") == " ".join(subject.split())
    assert max(len(line) for line in mail.content.split(b"\r\n\r\n")[0].split(b"\r\n")) <= 76


def test_only_an_address_that_needs_it_asks_for_smtputf8() -> None:
    assert compose("иван@почта.рф").needs_smtputf8
    assert not compose("ivan@почта.рф").needs_smtputf8
    assert raw_header(compose("ivan@почта.рф"), "To") == "ivan@xn--80a1acny.xn--p1ai"


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new RSA key."""
    path = tmp_path_factory.mktemp("dkim") / "key.pem"
    subprocess.run(["openssl", "genrsa", "-traditional", "-out", str(path), "2048"], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def record(key_file: Path) -> bytes:
    """What the name server says of it."""
    public = subprocess.run(["openssl", "rsa", "-in", str(key_file), "-pubout"], check=True, capture_output=True).stdout
    return b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])


def test_a_signature_holds_and_any_change_breaks_it(key_file: Path, record: bytes) -> None:
    signer = Signer(key_file=key_file, selector="mail", domain="city.example")
    files = [{"key": "k", "file_name": "Ответ.pdf", "media_type": "application/pdf"}]
    content = compose(
        by=Composer(centre=CENTRE, tokens=Tokens("test"), signer=signer), files=files, contents={"k": b"1"}, kind="notice"
    ).content

    def holds(mail: bytes) -> bool:
        return bool(dkim.verify(mail, dnsfunc=lambda name, timeout=5: record if name == b"mail._domainkey.city.example." else b""))

    assert holds(content)
    assert not holds(content.replace(b"zarina@", b"other@", 1))
    assert not holds(content.replace(b"\r\nSubject: ", b"\r\nSubject: more\r\nSubject: ", 1))
    assert not holds(content + b"more\r\n")


@pytest.mark.parametrize("words", [b"", b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n", None])
def test_a_key_that_cannot_be_used_is_told_at_the_start(tmp_path: Path, words: bytes | None) -> None:
    if words is not None:
        (tmp_path / "key").write_bytes(words)
    with pytest.raises(ValueError, match="cannot be used"):
        Signer(key_file=tmp_path / "key", selector="mail", domain="city.example")


def test_a_key_needs_its_selector(key_file: Path) -> None:
    with pytest.raises(ValueError, match="selector"):
        Signer(key_file=key_file, selector="", domain="city.example")
