"""What is read out of a mail, case by case: charsets, names, texts, pages, parcels."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from channels.email.reading.apart import read_apart
from channels.email.reading.kinds import Own
from core.mail.port import FileKind, MailFile, MailKind, MailPerson, ReadMail
from tests.channels.email.reading.building import (
    HEAD,
    PNG,
    a_mail,
    a_multipart,
    a_parcel,
    a_part,
    a_text,
    a_zip,
    ber,
    der,
    tnef_attribute,
    tnef_property,
    with_file,
)

RUSSIAN = "Прошу убрать яму у дома 5.\n"
INNER = "Content-Type: text/plain; charset=utf-8\r\n\r\nПодписано.".encode()
SIGNED, ENVELOPED, DATA = (der(6, bytes.fromhex(oid)) for oid in ("2a864886f70d010702", "2a864886f70d010703", "2a864886f70d010701"))


def read(content: bytes) -> ReadMail:
    return read_apart(content, own=Own(addresses=frozenset({"centre@vladikavkaz.example"}))).mail


def _whole_parcel() -> bytes:
    inside = der(0x30, DATA, der(0xA0, der(4, INNER)))
    return der(0x30, SIGNED, der(0xA0, der(0x30, der(2, b"\1"), der(0x31), inside, der(0x31))))


def _parcel_in_pieces() -> bytes:
    inside = ber(0x30, DATA, ber(0xA0, ber(0x24, der(4, INNER[:20]), der(4, INNER[20:]))))
    return ber(0x30, SIGNED, ber(0xA0, ber(0x30, der(2, b"\1"), der(0x31), inside, der(0x31))))


def _plain_and_page(plain: str, page: str) -> bytes:
    return a_multipart(
        a_part("text/plain; charset=utf-8", plain.encode()), a_part("text/html; charset=utf-8", page.encode()), kind="alternative"
    )


TEXTS: dict[str, tuple[bytes, str]] = {
    "cp1251": (a_text(RUSSIAN, "cp1251"), RUSSIAN),
    "koi8-r": (a_text(RUSSIAN, "koi8-r"), RUSSIAN),
    "cp866": (a_text(RUSSIAN, "cp866"), RUSSIAN),
    "utf-16": (a_text(RUSSIAN, "utf-16"), RUSSIAN),
    "cp1251 unsaid": (a_text(RUSSIAN, "cp1251", said=""), RUSSIAN),
    "koi8-r unsaid": (a_text(RUSSIAN, "koi8-r", said=""), RUSSIAN),
    "cp866 unsaid": (a_text(RUSSIAN, "cp866", said=""), RUSSIAN),
    "one short word of cp1251": (a_text("яма", "cp1251", said=""), "яма"),
    "one short word of koi8-r": (a_text("яма", "koi8-r", said=""), "яма"),
    "cp1251 that says utf-8": (a_text(RUSSIAN, "cp1251", said="utf-8"), RUSSIAN),
    "cp1251 that says latin-1": (a_text(RUSSIAN, "cp1251", said="iso-8859-1"), RUSSIAN),
    "utf-8 that says ascii": (a_text(RUSSIAN, "utf-8", said="us-ascii"), RUSSIAN),
    "latin-1 that is latin-1": (a_text("Un café très bon", "latin-1"), "Un café très bon"),
    "an unknown charset": (a_text(RUSSIAN, "cp1251", said="x-unknown"), RUSSIAN),
    "utf-8 cut within a letter": (
        a_mail(b"Content-Type: text/plain; charset=utf-8\r\n", RUSSIAN.encode()[:-5]),
        RUSSIAN[:-5] + "\ufffd",
    ),
    "broken quoted-printable": (
        a_mail(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n", b"50=\r\n% =ZZ ok=3D=\r\n"),
        "50% =ZZ ok=",
    ),
    "broken base64": (
        a_mail(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n", b"SGVs*bG8\r\ngd29y"),
        "Hello wor",
    ),
    "an unknown encoding": (a_mail(b"Content-Transfer-Encoding: x-own\r\n", b"As it stands"), "As it stands"),
    "zeros": (a_mail(body=b"a\0b\x01c"), "abc"),
    "old line ends": (a_mail(body=b"one\r\ntwo").replace(b"\r\n", b"\r"), "one\ntwo"),
    "no header at all": (b"just words\r\nand more", "just words\nand more"),
    "flowed": (
        a_mail(b"Content-Type: text/plain; format=flowed\r\n", b"A long \r\nline.\r\n> a quoted \r\n> one\r\n-- \r\nme"),
        "A long line.\n> a quoted one\n-- \nme",
    ),
    "flowed, the space goes": (a_mail(b"Content-Type: text/plain; format=flowed; delsp=yes\r\n", b"wo \r\nrd"), "word"),
    "no boundary is said": (
        HEAD + b"Content-Type: multipart/mixed\r\n\r\n--guess\r\nContent-Type: text/plain\r\n\r\nfound\r\n--guess--",
        "found",
    ),
    "another boundary is said": (
        HEAD + b"Content-Type: multipart/mixed; boundary=no\r\n\r\n--yes\r\nContent-Type: text/plain\r\n\r\nfound\r\n--yes--",
        "found",
    ),
    "the last boundary is missing": (a_multipart(b"\r\nfound").replace(b"--b1--", b""), "found"),
    "a text behind the end": (a_multipart() + b"The whole text stands here.", "The whole text stands here."),
    "words behind the end of a text": (a_multipart(b"\r\nThe text.") + b"Junk.", "The text."),
    "plain before page": (_plain_and_page("As plain.", "<p>As a page.</p>"), "As plain."),
    "the page where the plain is empty": (_plain_and_page(" \n", "<p>As a page.</p>"), "As a page."),
    "the page where the plain only speaks of it": (_plain_and_page("Your program shows no HTML.", "<p>Яма.</p>"), "Яма."),
    "a plain that is a page": (
        a_mail(b"Content-Type: text/plain\r\n", b"<html><body>Hole<br>in the road</body></html>"),
        "Hole\nin the road",
    ),
    "a quote in a page": (a_mail(b"Content-Type: text/html\r\n", b"<p>New</p><blockquote>Old</blockquote>"), "New\n\n> Old"),
    "a page's own charset": (
        a_mail(b"Content-Type: text/html\r\n", '<meta charset="koi8-r"><p>ЩИТ</p>'.encode("koi8-r")),
        "ЩИТ",
    ),
    "a clear signature of PGP": (
        a_mail(
            body=b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n- - a list\n"
            b"-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n"
        ),
        "- a list",
    ),
    "S/MIME, whole": (
        a_mail(b"", b"").replace(b"MIME-Version: 1.0\r\n\r\n", a_part("application/pkcs7-mime", _whole_parcel())),
        "Подписано.",
    ),
    "S/MIME, in pieces": (with_file("smime.p7m", _parcel_in_pieces(), "application/pkcs7-mime"), "See the file.\n\nПодписано."),
    "an invitation": (
        a_mail(
            b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n",
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:20261125T090000Z\r\nDTEND;TZID=Europe/Moscow:20261125T130000\r\n"
            "SUMMARY:Осмотр\\, двор\r\nLOCATION:ул.\r\n  Мнимая\r\nEND:VEVENT\r\nEND:VCALENDAR".encode(),
        ),
        "25.11.2026 12:00 \u2013 13:00; Осмотр, двор; ул. Мнимая",
    ),
    "a mail within that alone says something": (
        a_multipart(b"Content-Type: message/rfc822\r\n\r\nFrom: tamara@example.net\r\nSubject: x\r\n\r\nInner words."),
        "Inner words.",
    ),
    "Outlook's parcel": (
        with_file(
            "winmail.dat",
            a_parcel(
                tnef_attribute(1, 0x9007, 6, b"\xe3\x04\0\0\0\0\0\0"),
                tnef_attribute(1, 0x9003, 6, b"\1\0\0\0" + tnef_property(0x1E, 0x1000, RUSSIAN.encode("cp1251"))),
            ),
            "application/ms-tnef",
        ).replace(b"See the file.", b""),
        RUSSIAN,
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read(name: str) -> None:
    content, text = TEXTS[name]
    assert read(content).text.strip() == text.strip()


NAMES: dict[str, tuple[bytes, str]] = {
    "RFC 2231": (b"attachment; filename*=utf-8''%D0%AF%D0%BC%D0%B0.pdf", "Яма.pdf"),
    "RFC 2231 in pieces": (b"attachment; filename*0*=koi8-r''%D1%CD; filename*1*=%C1; filename*2=.pdf", "яма.pdf"),
    "RFC 2231 beside the plain": (b"attachment; filename=\"x.pdf\"; filename*=utf-8''%D0%AF.pdf", "Я.pdf"),
    "RFC 2231 without a charset": (b"attachment; filename*=%FF%EC%E0.pdf", "яма.pdf"),
    "encoded words in quotes": (b'attachment; filename="=?koi8-r?B?0c3B?=.pdf"', "яма.pdf"),
    "encoded words in pieces": (b'attachment; filename="=?utf-8?B?0K8=?=\r\n =?utf-8?B?0LzQsA==?=.pdf"', "Яма.pdf"),
    "8 bit": ('attachment; filename="Яма у дома.pdf"'.encode("cp1251"), "Яма у дома.pdf"),
    "no quotes and spaces": ("attachment; filename=Акт о яме.pdf".encode(), "Акт о яме.pdf"),
    "a semicolon in quotes": (b'attachment; filename="a;b.pdf"', "a;b.pdf"),
    "a path": (b'attachment; filename="../../etc/C:\\\\x\\\\a.pdf"', "a.pdf"),
    "the direction turned": ('attachment; filename="a\u202efdp.exe"'.encode(), "afdp.exe"),
    "no name": (b"attachment", "file-1.pdf"),
    "only points": (b'attachment; filename=".."', "file-1.pdf"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_its_name(name: str) -> None:
    given, wanted = NAMES[name]
    part = b"Content-Type: application/pdf\r\nContent-Disposition: " + given + b"\r\n\r\n%PDF-1.4"
    assert [file.name for file in read(a_multipart(part)).files] == [wanted]


PEOPLE: dict[str, tuple[bytes, MailPerson]] = {
    "bare": (b"Boris@Example.org", MailPerson(address="boris@example.org")),
    "named": (b'"Mnimy, Boris" <boris@example.org>', MailPerson(name="Mnimy, Boris", address="boris@example.org")),
    "encoded": (b"=?utf-8?Q?=D0=9C=2C_=D0=91?= <boris@example.org>", MailPerson(name="М, Б", address="boris@example.org")),
    "encoded in quotes": (b'"=?koi8-r?B?4s/SydM=?=" <boris@example.org>', MailPerson(name="Борис", address="boris@example.org")),
    "8 bit": ("Борис <boris@example.org>".encode("cp1251"), MailPerson(name="Борис", address="boris@example.org")),
    "in a comment": (b"boris@example.org (Boris (at home))", MailPerson(name="at home", address="boris@example.org")),
    "a Cyrillic domain": ("Борис <boris@пример.example>".encode(), MailPerson(name="Борис", address="boris@пример.example")),
    "no address": (b"undisclosed", MailPerson(name="undisclosed")),
    "an address as a name": (
        b'"chief@example.net" <boris@example.org>',
        MailPerson(name="chief@example.net", address="boris@example.org"),
    ),
    "nothing": (b"<>", MailPerson()),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_an_author_is_read(name: str) -> None:
    given, wanted = PEOPLE[name]
    assert read(b"From: " + given + b"\r\n\r\nx").author == wanted


CONTENTS: dict[str, tuple[str, bytes, str, tuple[str, ...]]] = {
    "a picture": ("a.png", PNG, "image/png", ()),
    "a picture called a PDF": ("a.pdf", PNG, "image/png", ("mismatch",)),
    "a docx": (
        "a.docx",
        a_zip(**{"word/document__xml": b"<x/>"}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (),
    ),
    "a docx called doc": (
        "a.doc",
        a_zip(**{"word/document__xml": b"<x/>"}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (),
    ),
    "a docm": (
        "a.docm",
        a_zip(**{"word/document__xml": b"<x/>", "word/vbaProject__bin": b"x"}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("macros",),
    ),
    "macros in a docx": (
        "a.docx",
        a_zip(**{"word/document__xml": b"<x/>", "word/vbaProject__bin": b"x"}),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("macros",),
    ),
    "an old document with macros": (
        "a.doc",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + "_VBA_PROJECT".encode("utf-16-le"),
        "application/msword",
        ("macros",),
    ),
    "a document with a password": (
        "a.docx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le"),
        "application/x-ole-storage",
        ("encrypted",),
    ),
    "a PDF with a password": ("a.pdf", b"%PDF-1.4\ntrailer<</Encrypt 5 0 R>>", "application/pdf", ("encrypted",)),
    "a RAR with hidden names": (
        "a.rar",
        b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x21\x04\x00",
        "application/vnd.rar",
        ("encrypted",),
    ),
    "a RAR": ("a.rar", b"Rar!\x1a\x07\x01\x00" + bytes(4) + b"\x0b\x01\x05", "application/vnd.rar", ()),
    "an old RAR with a password": (
        "a.rar",
        b"Rar!\x1a\x07\x00" + b"\xcf\x90\x73\x00\x00\x0d\x00" + bytes(6) + b"\x00\x00\x74\x04\x80" + bytes(9),
        "application/vnd.rar",
        ("encrypted",),
    ),
    "an old RAR": (
        "a.rar",
        b"Rar!\x1a\x07\x00" + b"\xcf\x90\x73\x00\x00\x0d\x00" + bytes(6) + b"\x00\x00\x74\x00\x80" + bytes(9),
        "application/vnd.rar",
        (),
    ),
    "a 7z with hidden names": (
        "a.7z",
        b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(60) + b"\x24\x06\xf1\x07\x01\x12",
        "application/x-7z-compressed",
        ("encrypted",),
    ),
    "a program": ("a.exe", b"MZ" + bytes(100), "application/x-executable", ("executable",)),
    "a script": ("a.js", b"alert(1)", "text/plain", ("executable",)),
    "a program in a zip": ("a.zip", a_zip(**{"photo.jpg__exe": b"MZ"}), "application/zip", ("executable",)),
    "words": ("a.txt", "Слова".encode("cp1251"), "text/plain", ()),
    "a picture with scripts": ("a.svg", b"<?xml version='1.0'?><svg><script/></svg>", "image/svg+xml", ()),
    "nobody knows": ("a.bin", b"\x01\x02\x03\x04" * 40, "application/x-own", ()),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_is_what_its_content_is(name: str) -> None:
    called, content, kind, warnings = CONTENTS[name]
    (file,) = read(with_file(called, content, "application/x-own")).files
    assert (file.media_type, file.warnings, file.content) == (kind, warnings, content)


def test_a_page_is_safe_to_show() -> None:
    page = (
        b"<html><head><style>p{background:url(http://t.example/a)}</style></head>"
        b'<body onload="x()"><p style="x">Hi</p><script>alert(1)</script>'
        b'<img src="http://t.example/pixel.gif"><img src="cid:a1"><img src="data:image/png;base64,AAAA">'
        b'<img src="data:image/svg+xml,x">'
        b'<form action="http://t.example"><input name=password><button>Go</button></form><iframe src="http://t.example"></iframe>'
        b'<a href="javascript:alert(1)">bad</a><a href="https://city.example/">good</a>'
        b'<a href="/x">near</a><a href="data:text/html,x">d</a>'
        b"<svg><script>alert(2)</script></svg><table background='http://t.example/b'><tr><td>1</td></tr></table></body></html>"
    )
    shown = read(a_mail(b"Content-Type: text/html\r\n", page)).html
    for bad in ("t.example", "script", "alert", "form", "input", "style", "onload", "iframe", "svg", "data:text", 'href="/x"'):
        assert bad not in shown
    assert '<img src="cid:a1">' in shown
    assert 'src="data:image/png;base64,AAAA"' in shown
    assert '<a href="https://city.example/" target="_blank" rel="noopener noreferrer nofollow">good</a>' in shown


def test_an_inline_picture_is_known_by_its_id() -> None:
    page = a_part("text/html", b'<img src="cid:a1@x">')
    picture = a_part("image/png; name=a.png", PNG, "Content-ID: <a1@x>\r\nContent-Disposition: inline\r\n")
    mail = read(a_multipart(page, picture, kind="related"))
    assert mail.files == (
        MailFile(number=1, name="a.png", media_type="image/png", kind=FileKind.INLINE, content_id="a1@x", content=PNG),
    )


def test_a_mail_within_is_a_file_of_its_own() -> None:
    inner = b"From: tamara@example.net\r\nSubject: Hole\r\n\r\nInner words."
    mail = read(a_multipart(b"\r\nSee below.", b"Content-Type: message/rfc822\r\n\r\n" + inner))
    assert [(file.name, file.kind, file.media_type) for file in mail.files] == [("Hole.eml", FileKind.MAIL, "message/rfc822")]
    assert mail.files[0].content.startswith(inner)
    assert mail.text == "See below."
    assert mail.forwarded is not None
    assert mail.forwarded.author.address == "tamara@example.net"


def test_files_in_outlooks_parcel_have_their_long_names() -> None:
    parcel = a_parcel(
        tnef_attribute(2, 0x9002, 6, bytes(14)),
        tnef_attribute(2, 0x8010, 1, b"YAMA~1.PNG\0"),
        tnef_attribute(2, 0x800F, 6, PNG),
        tnef_attribute(2, 0x9005, 6, b"\1\0\0\0" + tnef_property(0x1F, 0x3707, "Яма у дома.png".encode("utf-16-le"))),
    )
    (file,) = read(with_file("winmail.dat", parcel, "application/ms-tnef")).files
    assert (file.name, file.content, file.media_type) == ("Яма у дома.png", PNG, "image/png")


def test_a_file_written_into_the_text_is_taken_out() -> None:
    mail = read(a_mail(body=b"Before.\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\nAfter.\r\n"))
    assert [(file.name, file.content) for file in mail.files] == [("a.txt", b"Cat")]
    assert "begin" not in mail.text
    assert mail.text.split() == ["Before.", "After."]


MARKED: dict[str, tuple[Callable[[], bytes], bool, bool]] = {
    "signed apart": (lambda: a_multipart(b"\r\nx", a_part("application/pkcs7-signature", b"x"), kind="signed"), True, False),
    "signed within": (lambda: with_file("smime.p7m", _whole_parcel(), "application/pkcs7-mime"), True, False),
    "locked by S/MIME": (lambda: with_file("smime.p7m", der(0x30, ENVELOPED, der(0xA0)), "application/pkcs7-mime"), False, True),
    "locked by PGP": (lambda: a_multipart(a_part("application/pgp-encrypted", b"Version: 1"), kind="encrypted"), False, True),
    "locked by PGP in the text": (
        lambda: a_mail(body=b"-----BEGIN PGP MESSAGE-----\n\nxx\n-----END PGP MESSAGE-----"),
        False,
        True,
    ),
    "neither": (a_mail, False, False),
}


@pytest.mark.parametrize("name", MARKED)
def test_what_is_signed_and_what_is_locked_is_said(name: str) -> None:
    make, is_signed, is_locked = MARKED[name]
    mail = read(make())
    assert (mail.is_signed, "encrypted" in mail.remarks) == (is_signed, is_locked)


def test_headers_are_read_whatever_they_look_like() -> None:
    mail = read(
        b"Return-Path: <Boris@Example.org>\r\nFROM: boris@example.org\r\nReply-To: Home <home@example.org>\r\n"
        b"Subject: =?utf-8?B?0K8=?=\r\n"
        b' =?utf-8?B?0LzQsA==?= today\r\nMessage-ID:\r\n <one@example.org>\r\nIn-Reply-To: <a@b> "x" <c@d>\r\n'
        b"References: <a@b>\r\n\t<c@d>\r\nDate: Wed, 25 Nov 2026 12:00:00 +0300 (MSK)\r\n"
        b"To: a@example.org, b@example.org; c@example.org\r\n\r\nx"
    )
    assert mail == ReadMail(
        kind=MailKind.HUMAN,
        message_id="<one@example.org>",
        in_reply_to=("<a@b>", "<c@d>"),
        references=("<a@b>", "<c@d>"),
        author=MailPerson(address="boris@example.org"),
        reply_to=MailPerson(name="Home", address="home@example.org"),
        envelope_sender="boris@example.org",
        to=tuple(MailPerson(address=f"{name}@example.org") for name in "abc"),
        subject="Яма today",
        sent_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
        text="x",
        reading="x",
    )


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Wed, 99 Nov 2026 12:00:00 +0300", "Wed, 25 Nov 0000 12:00:00 +9999", "1 Jan 20001 00:00 +1400"]
)
def test_a_date_that_is_none_is_none(date: str) -> None:
    assert read(f"From: a@example.org\r\nDate: {date}\r\n\r\nx".encode()).sent_at is None


def test_a_text_is_kept_to_a_bound() -> None:
    mail = read(a_mail(body="слово ".encode() * 300_000))
    assert (len(mail.text), "text_cut" in mail.remarks) == (1_000_000, True)
