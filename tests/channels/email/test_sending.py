"""Letters to real servers: what arrives, and what each refusal becomes."""

import asyncio
import re

import pytest
import trustme

from channels.email.channel import ATTACHED_LIMIT
from channels.email.options import Limits, Security, Server
from core.channels import DeliveryError
from tests.channels.email.conftest import DROP, PASSWORD, USER, Open, Post, Servers, outbound


async def refused(sending) -> DeliveryError:
    """The error with which it ended."""
    with pytest.raises(DeliveryError) as caught:
        await sending
    return caught.value


async def test_a_letter_arrives_and_its_id_is_told(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    sent = await channel(post).send(outbound(cc=["head@example.org"]))
    [taken] = post.taken
    assert taken.message["Message-ID"] == sent
    assert taken.recipients == ["zarina@example.org", "head@example.org"]
    assert re.fullmatch(r"centre\+b-7-[a-z2-7]{12}@city\.example", taken.sender)


async def test_a_repeat_has_the_same_id_and_another_delivery_another(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post)
    ids = [await writer.send(outbound(delivery=number)) for number in (7, 7, 8)]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_it_logs_in_over_tls(servers: Servers, channel: Open, security: Security) -> None:
    context = servers.certificate()
    given = {"tls": context} if security is Security.TLS else {"tls_context": context, "require_starttls": True}
    post = await servers.start_with_login(**given)
    await channel(post, security=security, user=USER, password=PASSWORD).send(outbound())
    assert (len(post.taken), post.logins) == (1, 1)


async def test_a_wrong_password_waits_for_its_cure(servers: Servers, channel: Open) -> None:
    post = await servers.start_with_login(tls_context=servers.certificate())
    writer = channel(post, security=Security.STARTTLS, user=USER, password="wrong")
    error = await refused(writer.send(outbound()))
    assert (error.permanent, str(error)[:3], error.facts["maybe_sent"], post.taken) == (False, "535", False, [])


@pytest.mark.parametrize("fault", ["of a stranger", "for another name"])
@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
async def test_a_wrong_certificate_gets_neither_letter_nor_password(
    servers: Servers, channel: Open, security: Security, fault: str
) -> None:
    context = servers.certificate("other.example") if "name" in fault else servers.certificate(authority=trustme.CA())
    given = {"tls": context} if security is Security.TLS else {"tls_context": context}
    post = await servers.start_with_login(**given)
    error = await refused(channel(post, security=security, user=USER, password=PASSWORD).send(outbound()))
    assert (str(error), error.permanent) == ("TLS", False)
    assert (post.taken, post.logins) == ([], 0)


async def test_a_server_without_starttls_gets_nothing(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    error = await refused(channel(post, security=Security.STARTTLS).send(outbound()))
    assert ("STARTTLS" in str(error), error.permanent, post.taken) == (True, False, [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"host": "mail.example.org"}, "loopback"),
        ({"host": "127.0.0.1", "user": USER, "password": PASSWORD}, "login"),
    ],
    ids=["to another machine", "with a login"],
)
def test_plain_text_is_never_spoken(given: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Server(port=25, security=Security.NONE, **given)


@pytest.mark.parametrize(
    ("verb", "answer", "permanent", "wait"),
    [
        ("RCPT", "550 5.1.1 No such user", True, None),
        ("RCPT", "451 4.3.0 Try later", False, None),
        ("RCPT", "452 4.2.2 Mailbox full", False, None),
        ("RCPT", "450 4.2.0 Greylisted, try again in 5 minutes", False, 301.0),
        ("RCPT", "450 4.2.0 Greylisted", False, 300.0),
        ("RCPT", "421 4.3.2 Shutting down", False, 120.0),
        ("MAIL", "553 5.7.1 Not your address", False, None),
        ("MAIL", "552 5.3.4 Too big", True, None),
        ("MAIL", "530 5.7.0 Log in first", False, None),
        ("DATA", "554 5.7.1 Looks like spam", True, None),
        ("DATA", "451 4.3.0 Try later", False, None),
        ("DATA", "421 4.3.2 Shutting down", False, 120.0),
    ],
)
async def test_a_refusal_is_permanent_or_waits(
    servers: Servers, channel: Open, verb: str, answer: str, permanent: bool, wait: float | None
) -> None:
    post = await servers.start()
    post.scripts[verb] = [answer]
    error = await refused(channel(post).send(outbound()))
    assert (error.permanent, error.retry_after, error.facts["maybe_sent"]) == (permanent, wait, False)
    assert str(error) == answer
    assert post.taken == []


async def test_what_was_refused_for_now_goes_the_next_time(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    post.scripts["RCPT"] = ["451 later", None]
    writer = channel(post)
    await refused(writer.send(outbound()))
    await writer.send(outbound())
    assert (len(post.taken), post.connections) == (1, 1)


async def test_a_refused_copy_does_not_hold_the_letter_back(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    post.scripts["RCPT"] = [None, "550 no such head"]
    await channel(post).send(outbound(cc=["head@example.org", "not an address", "zarina@example.org"]))
    assert post.taken[0].recipients == ["zarina@example.org"]


async def test_a_connection_lost_at_the_end_leaves_doubt(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    post.scripts["DATA"] = [DROP]
    error = await refused(channel(post).send(outbound()))
    assert (error.permanent, error.facts["maybe_sent"]) == (False, True)


async def test_a_connection_lost_within_the_mail_leaves_doubt(servers: Servers, channel: Open) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 peer\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                await reader.readexactly(5000)
                writer.transport.abort()
                return
            writer.write(b"250 peer\r\n")

    post = await servers.start_raw(talk)
    big = {"files": [{"key": "big", "file_name": "big.bin", "media_type": "application/octet-stream"}]}
    error = await refused(channel(post, files={"big": b"x" * 3_000_000}).send(outbound(**big)))
    assert (error.permanent, error.facts["maybe_sent"]) == (False, True)


async def test_a_connection_lost_before_the_mail_leaves_none(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    post.scripts["RCPT"] = [DROP]
    error = await refused(channel(post).send(outbound()))
    assert (error.permanent, error.facts["maybe_sent"]) == (False, False)


async def test_nobody_answers_the_door(channel: Open, unused_tcp_port: int) -> None:
    error = await refused(channel(Post(port=unused_tcp_port)).send(outbound()))
    assert (error.permanent, error.facts["maybe_sent"]) == (False, False)


@pytest.mark.parametrize("greeting", ["421 4.3.2 Too many connections", "554 5.3.2 No service", "", "nonsense"])
async def test_a_server_that_greets_badly_waits(servers: Servers, channel: Open, greeting: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting.encode() + b"\r\n" if greeting else b"")
        await reader.read()
        writer.close()

    post = await servers.start_raw(talk)
    error = await refused(channel(post, limits=Limits(timeout=0.3)).send(outbound()))
    assert (error.permanent, error.facts["maybe_sent"]) == (False, False)


async def test_a_letter_bigger_than_the_server_takes_is_refused_before_it_is_sent(servers: Servers, channel: Open) -> None:
    post = await servers.start(data_size_limit=100_000)
    files = [{"key": "big", "file_name": "big.bin", "media_type": "application/octet-stream"}]
    error = await refused(channel(post, files={"big": b"x" * 200_000}).send(outbound(files=files)))
    assert (error.permanent, str(error)[:3]) == (True, "552")


async def test_files_beyond_our_own_limit_are_refused_without_a_server(channel: Open, unused_tcp_port: int) -> None:
    half = {"key": "half", "file_name": "half.bin", "media_type": "application/octet-stream"}
    writer = channel(Post(port=unused_tcp_port), files={"half": b"x" * (ATTACHED_LIMIT // 2 + 1)})
    error = await refused(writer.send(outbound(files=[half, half])))
    assert (error.permanent, str(error)) == (True, "the files are too big for a mail")


async def test_a_file_that_is_gone_is_a_permanent_failure(channel: Open, unused_tcp_port: int) -> None:
    gone = {"key": "gone", "file_name": "gone.pdf", "media_type": "application/pdf"}
    error = await refused(channel(Post(port=unused_tcp_port)).send(outbound(files=[gone])))
    assert (error.permanent, str(error)) == (True, "file: not_found")


async def test_an_address_in_cyrillic_needs_a_server_that_takes_it(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    await channel(post).send(outbound("иван@почта.рф"))
    await channel(post).send(outbound("ivan@почта.рф"))
    assert [taken.recipients for taken in post.taken] == [["иван@xn--80a1acny.xn--p1ai"], ["ivan@xn--80a1acny.xn--p1ai"]]
    assert post.taken[1].raw.isascii()


async def test_the_answer_of_a_server_is_kept_on_one_clean_line(servers: Servers, channel: Open) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 peer\r\n")
        while line := await reader.readline():
            if line.startswith(b"RCPT"):
                writer.write(b"550-\xef\xee \x00\x1b[31mred\r\n550 " + b"x" * 400 + b"\r\n")
            else:
                writer.write(b"250 peer\r\n")
        writer.close()

    error = await refused(channel(await servers.start_raw(talk)).send(outbound()))
    assert str(error).startswith("550 ")
    assert str(error).isprintable()
    assert len(str(error)) <= 200
