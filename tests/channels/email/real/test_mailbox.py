"""Mail comes in from Postfix and Dovecot as they really are: encrypted, pushed, interrupted, and never lost or doubled."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

import pytest
import trustme
from imapclient import IMAPClient

from channels.email.mailbox import Phase
from channels.email.mailbox_session import TOO_BIG
from channels.email.mailbox_trouble import Trouble
from channels.email.options import MailboxLimits, Security
from db.locks import NamedLocks
from tests.channels.email.real.conftest import Watch, letter, mailbox_of, subjects
from tests.channels.email.sinks import FakeSink
from tests.mail_servers.configuration import PASSWORD
from tests.mail_servers.servers import MailServers, address

QUICK = MailboxLimits(renew=2.0, read=3.0, connect=3.0, steady=0.5)


@contextmanager
def opened(servers: MailServers, box: str) -> Iterator[IMAPClient]:
    """What a person does with another mail program."""
    with IMAPClient("localhost", servers.ports["imaps"], ssl_context=mailbox_of(servers, box).trust(), timeout=20) as client:
        client.login(box, PASSWORD)
        yield client


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS], ids=["from the first byte", "with STARTTLS"])
async def test_a_mail_is_taken_as_it_lies_there_encrypted_and_logged_in(
    mail_servers: MailServers, box: str, watch: Watch, security: Security
) -> None:
    watched = watch(box, security=security)
    await asyncio.to_thread(mail_servers.post, address(box, "appeal-12-abc"), letter(1))
    await watched.sink.until_count(1)
    [mail] = watched.sink.taken.values()
    assert mail.content.endswith(letter(1))
    assert f"Delivered-To: {address(box, 'appeal-12-abc')}".encode() in mail.content
    assert b"Return-Path: <zarina@example.org>" in mail.content
    assert (mail.mailbox, mail.uid, mail.received_at.tzname()) == (box, 1, "UTC")
    await watched.until_state(lambda state: state.phase is Phase.CONNECTED and state.last_mail_at is not None)


async def test_mails_that_were_there_before_come_in_their_order_and_stay_unseen(
    mail_servers: MailServers, box: str, watch: Watch
) -> None:
    with opened(mail_servers, box) as client:
        for number in range(5):
            client.append("INBOX", letter(number))
        watched = watch(box, limits=replace(QUICK, fetch_mails=2))
        await watched.sink.until_count(5)
        assert subjects(watched.sink) == [f"letter {number}" for number in range(5)]
        client.select_folder("INBOX", readonly=True)
        assert client.search("UNSEEN") == [1, 2, 3, 4, 5]


async def test_a_certificate_that_nobody_we_trust_signed_is_refused(
    mail_servers: MailServers, box: str, watch: Watch, tmp_path
) -> None:
    strangers = tmp_path / "strangers.pem"
    trustme.CA().cert_pem.write_to_path(strangers)
    for security in (Security.TLS, Security.STARTTLS):
        watched = watch(box, authorities=strangers, security=security)
        await watched.until_state(lambda state: state.trouble is Trouble.NOT_TRUSTED)
        await watched.stop()


async def test_a_certificate_for_another_host_is_refused(mail_servers: MailServers, box: str, watch: Watch) -> None:
    watched = watch(box, host="127.0.0.1")
    await watched.until_state(lambda state: state.trouble is Trouble.NOT_TRUSTED)


async def test_a_wrong_password_is_told_and_not_tried_again_at_once(mail_servers: MailServers, box: str, watch: Watch) -> None:
    watched = watch(box, password="wrong")
    await watched.until_state(lambda state: state.trouble is Trouble.LOGIN_REFUSED and state.phase is Phase.FAILED)
    assert watched.states[-1].phase is Phase.FAILED


async def test_a_folder_that_is_not_there_is_told(mail_servers: MailServers, box: str, watch: Watch) -> None:
    watched = watch(box, folder="Nowhere")
    await watched.until_state(lambda state: state.trouble is Trouble.NO_FOLDER)


async def test_a_killed_server_loses_nothing_and_doubles_nothing_and_is_watched_again_within_five_seconds(
    mail_servers: MailServers, box: str, watch: Watch
) -> None:
    watched = watch(box)
    for number in range(3):
        await asyncio.to_thread(mail_servers.post, address(box), letter(number))
    await watched.sink.until_count(3)
    await watched.until_state(lambda state: state.phase is Phase.CONNECTED)
    await asyncio.to_thread(mail_servers.kill, "dovecot")
    await watched.until_state(lambda state: state.phase is Phase.FAILED)
    for number in range(3, 6):
        await asyncio.to_thread(mail_servers.post, address(box), letter(number))
    watched.states.clear()
    await asyncio.to_thread(mail_servers.start_dovecot)
    started = time.monotonic()
    await watched.until_state(lambda state: state.phase is Phase.CONNECTED)
    assert time.monotonic() - started <= 5
    await watched.sink.until_count(6, 30)
    assert sorted(subjects(watched.sink)) == [f"letter {number}" for number in range(6)]
    assert watched.sink.repeats == 0


async def test_a_frozen_server_is_left_and_watched_again_when_it_goes_on(mail_servers: MailServers, box: str, watch: Watch) -> None:
    watched = watch(box, limits=QUICK)
    await watched.until_state(lambda state: state.phase is Phase.CONNECTED)
    with mail_servers.frozen("dovecot"):
        await watched.until_state(lambda state: state.phase is Phase.FAILED)
    await asyncio.to_thread(mail_servers.post, address(box), letter(1))
    await watched.sink.until_count(1)
    assert watched.sink.repeats == 0


async def test_a_mailbox_that_was_made_anew_is_read_from_its_beginning(mail_servers: MailServers, box: str, watch: Watch) -> None:
    with opened(mail_servers, box) as client:
        client.create_folder("Letters")
        for number in range(3):
            client.append("Letters", letter(number))
        watched = watch(box, folder="Letters", limits=QUICK)
        await watched.sink.until_count(3)
        client.delete_folder("Letters")
        client.create_folder("Letters")
        client.append("Letters", letter("new"))
    await watched.sink.until(lambda: "letter new" in subjects(watched.sink))
    assert len(watched.sink.began_again) == 1
    [(_, validity, uid)] = [identity for identity, mail in watched.sink.taken.items() if b"letter new" in mail.content]
    assert (validity, uid) == (watched.sink.began_again[0], 1)


async def test_what_is_stored_is_moved_and_nothing_is_deleted(mail_servers: MailServers, box: str, watch: Watch) -> None:
    with opened(mail_servers, box) as client:
        client.append("INBOX", letter("old"))
        sink = FakeSink()
        validity = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        sink.cursors[box] = (validity, 1)  # it was stored, but the end came before the move
        watched = watch(box, move_to="Stored", sink=sink)
        await asyncio.to_thread(mail_servers.post, address(box), letter("new"))
        await sink.until_count(1)
        while client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"]:
            await asyncio.to_thread(client.noop)
        assert client.folder_status("Stored", ["MESSAGES"])[b"MESSAGES"] == 2
    assert subjects(watched.sink) == ["letter new"]


async def test_of_a_mail_that_is_too_big_only_the_headers_are_taken_with_a_mark(
    mail_servers: MailServers, box: str, watch: Watch
) -> None:
    await asyncio.to_thread(mail_servers.post, address(box), letter("big", "0123456789" * 800 + "\r\n"))
    watched = watch(box, limits=replace(QUICK, biggest=4000))
    await asyncio.to_thread(mail_servers.post, address(box), letter("small"))
    await watched.sink.until_count(2)
    big, small = sorted(watched.sink.contents, key=lambda content: b"letter small" in content)
    mark, _, rest = big.partition(b"\r\n")
    assert mark.startswith(f"{TOO_BIG}: ".encode())
    assert int(mark.partition(b": ")[2]) > 8000
    assert b"Subject: letter big" in rest
    assert b"0123456789" not in rest
    assert small.endswith(letter("small"))


async def test_what_the_database_refuses_comes_again(mail_servers: MailServers, box: str, watch: Watch) -> None:
    sink = FakeSink()
    sink.refusals = [OSError("the database is restarting"), OSError("still")]
    watched = watch(box, sink=sink)
    await asyncio.to_thread(mail_servers.post, address(box), letter(1))
    await sink.until_count(1)
    assert Trouble.NOT_STORED in [state.trouble for state in watched.states]
    assert (len(sink.taken), sink.repeats) == (1, 0)


async def test_a_stop_takes_less_than_two_seconds_while_it_waits_and_while_nobody_answers(
    mail_servers: MailServers, box: str, watch: Watch
) -> None:
    waiting = watch(box)
    await waiting.until_state(lambda state: state.phase is Phase.CONNECTED)
    started = time.monotonic()
    await waiting.stop()
    assert time.monotonic() - started < 2
    with mail_servers.frozen("dovecot"):
        hanging = watch(box)
        await asyncio.wait([hanging.task], timeout=0.2)  # it is in the middle of its greeting now
        started = time.monotonic()
        await hanging.stop()
        assert time.monotonic() - started < 2


async def test_of_two_replicas_one_watches_and_the_other_takes_over(
    mail_servers: MailServers, box: str, watch: Watch, database_url: str
) -> None:
    locks = [NamedLocks(database_url), NamedLocks(database_url)]
    quick = replace(QUICK, standby=0.05)
    sink = FakeSink()

    def held(one: NamedLocks):
        @asynccontextmanager
        async def hold():
            async with one.hold_if_free(f"mailbox:{box}") as is_ours:
                yield is_ours

        return hold

    first = watch(box, sink=sink, limits=quick, held=held(locks[0]))
    await first.until_state(lambda state: state.phase is Phase.CONNECTED)
    second = watch(box, sink=sink, limits=quick, held=held(locks[1]))
    await asyncio.to_thread(mail_servers.post, address(box), letter(1))
    await sink.until_count(1)
    assert (second.states, second.watcher.state.phase) == ([], Phase.STANDBY)
    await first.stop()
    await second.until_state(lambda state: state.phase is Phase.CONNECTED)
    await asyncio.to_thread(mail_servers.post, address(box), letter(2))
    await sink.until_count(2)
    assert sink.repeats == 0
    for one in locks:
        await one.close()


async def test_several_mailboxes_are_watched_side_by_side(mail_servers: MailServers, box: str, watch: Watch) -> None:
    sink = FakeSink()
    for name in (box, f"{box}-second"):
        watch(name, sink=sink)
        await asyncio.to_thread(mail_servers.post, address(name), letter(name))
    await sink.until_count(2)
    assert {mail.mailbox for mail in sink.taken.values()} == {box, f"{box}-second"}
