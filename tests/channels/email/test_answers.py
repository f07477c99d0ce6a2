"""What an answer carries besides its words: the history below it, copies, and a link to what is too big for a mail."""

from datetime import timedelta
from typing import Any

import pytest

from channels.email.channel import ATTACHED_LIMIT, Download
from channels.email.reading.quotes import cut
from core.channels import DeliveryError
from core.errors import NotFound
from tests.channels.email.conftest import Open, Post, Servers, outbound
from tests.channels.email.test_letters import body, compose, parsed

QUOTED = {"author": "Зарина", "sent_at": "2026-11-24T18:05:00+00:00", "text": "Во дворе яма.\n\nКогда починят?"}


def test_what_is_answered_stands_below_the_answer_as_a_quote() -> None:
    mail = compose(text="Починим в пятницу.", reply_to="appeal:12", quoted=QUOTED)
    plain = body(mail, "plain").replace("\r\n", "\n")
    assert plain == (
        "## Пишите ответ выше этой строки ##\n\nПочиним в пятницу.\n\n"
        "24.11.2026 21:05, Зарина пишет:\n> Во дворе яма.\n>\n> Когда починят?\n"
    )
    page = body(mail, "html")
    assert page.index("Починим") < page.index("Зарина пишет:") < page.index("<blockquote") < page.index("Во дворе яма.")
    assert "&gt;" not in page


def test_a_quote_is_a_quote_to_mail_programs_and_to_ourselves() -> None:
    plain = body(compose(text="Починим в пятницу.", quoted=QUOTED), "plain")
    assert cut(plain, html_was=False).reading.strip() == "Починим в пятницу."


@pytest.mark.parametrize(
    ("quoted", "intro"),
    [
        ({**QUOTED, "sent_at": ""}, "\nЗарина пишет:\n> Во дворе"),
        ({**QUOTED, "sent_at": "yesterday"}, "\nЗарина пишет:\n> Во дворе"),
        ({**QUOTED, "sent_at": "2026-11-24T18:05:00"}, "\nЗарина пишет:\n> Во дворе"),
        ({**QUOTED, "author": "Зарина\r\nBcc: x"}, "Зарина Bcc: x пишет:\n> Во дворе"),
        ({**QUOTED, "text": " \n"}, None),
        ("words", None),
        (None, None),
    ],
    ids=["undated", "no date", "a date without a zone", "a name with line ends", "no words", "no quote", "nothing"],
)
def test_a_quote_that_cannot_be_used_harms_no_answer(quoted: Any, intro: str | None) -> None:
    plain = body(compose(text="Починим.", quoted=quoted), "plain").replace("\r\n", "\n")
    assert plain == "Починим.\n" if intro is None else intro in plain


def test_script_in_a_quote_is_words() -> None:
    page = body(compose(text="Ответ", quoted={**QUOTED, "author": "<b>", "text": "<script>alert(1)</script>"}), "html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_an_endless_quote_is_cut() -> None:
    assert len(body(compose(text="Ответ", quoted={**QUOTED, "text": "яма " * 50_000}), "plain")) < 21_000


def test_only_the_marker_is_small_print() -> None:
    assert '<p style="margin:0 0 16px">Здравствуйте' in body(compose(text="Здравствуйте!"), "html")


@pytest.mark.parametrize(
    ("given", "written"), [("high", "high"), ("low", "low"), ("normal", None), ("x\r\nBcc: y", None), (3, None)]
)
def test_importance_is_one_of_three(given: Any, written: str | None) -> None:
    assert parsed(compose(importance=given))["Importance"] == written


def test_an_answer_goes_in_copy_and_within_its_thread() -> None:
    mail = compose(cc=["head@city.example"], in_reply_to="<b@example.org>", references=["<a@example.org>"], quoted=QUOTED)
    assert (mail.cc, parsed(mail)["Cc"]) == (("head@city.example",), "head@city.example")
    assert (parsed(mail)["In-Reply-To"], parsed(mail)["References"]) == ("<b@example.org>", "<a@example.org> <b@example.org>")


FILES = [
    {"key": "plan", "file_name": "План.pdf", "media_type": "application/pdf"},
    {"key": "film", "file_name": "Яма.mp4", "media_type": "video/mp4"},
    {"key": "note", "file_name": "Записка.pdf", "media_type": "application/pdf"},
]
CONTENTS = {"plan": b"plan", "film": b"x" * ATTACHED_LIMIT, "note": b"note"}


@pytest.fixture
async def post(servers: Servers) -> Post:
    """A server."""
    return await servers.start(data_size_limit=64 * 1024 * 1024)


async def test_what_a_mail_has_no_room_for_goes_as_a_link(post: Post, channel: Open) -> None:
    asked: list[int] = []

    async def offer(delivery: int) -> Download:
        asked.append(delivery)
        return Download(url="https://centre.example/f/secret", lives=timedelta(days=30))

    await channel(post, files=CONTENTS, offer_files=offer).send(outbound(files=FILES, delivery=9))
    message = post.taken[0].message
    assert [part.get_filename() for part in message.iter_attachments()] == ["План.pdf", "Записка.pdf"]
    plain = message.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert plain == (
        "Здравствуйте!\n\nНе поместилось в письмо: Яма.mp4.\n"
        "Скачать можно по ссылке, она действует 30 дней: https://centre.example/f/secret\n"
    )
    assert '<a href="https://centre.example/f/secret"' in message.get_body(("html",)).get_content()
    assert asked == [9]


async def test_without_a_download_such_a_letter_fails_for_good(post: Post, channel: Open) -> None:
    async def refuse(delivery: int) -> Download:
        raise NotFound("no such delivery")

    for offer in (None, refuse):
        with pytest.raises(DeliveryError) as failed:
            await channel(post, files=CONTENTS, offer_files=offer).send(outbound(files=FILES))
        assert failed.value.permanent
    assert post.taken == []
