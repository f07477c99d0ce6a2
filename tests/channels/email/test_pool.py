"""Connections: few, kept, replaced when the other end left."""

import asyncio

from channels.email.options import Limits, Security
from tests.channels.email.conftest import Open, Servers, outbound


async def test_letters_go_one_after_another_on_one_connection(servers: Servers, channel: Open) -> None:
    post = await servers.start(tls_context=servers.certificate())
    writer = channel(post, security=Security.STARTTLS)
    for number in range(5):
        await writer.send(outbound(delivery=number))
    assert (len(post.taken), post.connections) == (5, 1)


async def test_many_at_once_share_two_connections_and_each_arrives_once(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post)
    sent = await asyncio.gather(*(writer.send(outbound(delivery=number)) for number in range(40)))
    assert sorted(taken.message["Message-ID"] for taken in post.taken) == sorted(sent)
    assert (len(set(sent)), post.connections, post.most_open) == (40, 2, 2)


async def test_a_connection_is_changed_after_so_many_letters(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post, limits=Limits(connections=1, mails=2))
    for number in range(5):
        await writer.send(outbound(delivery=number))
    assert (len(post.taken), post.connections, post.quits) == (5, 3, 2)


async def test_a_connection_that_the_server_closed_is_replaced_without_a_failure(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post)
    await writer.send(outbound(delivery=1))
    post.hang_up()
    await post.until(lambda: post.open == 0)
    await writer.send(outbound(delivery=2))
    assert (len(post.taken), post.connections) == (2, 2)


async def test_a_server_that_leaves_at_the_next_letter_gets_it_on_a_new_connection(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post)
    await writer.send(outbound(delivery=1))
    post.scripts["MAIL"] = ["421 4.4.2 Idle for too long"]
    await writer.send(outbound(delivery=2))
    assert (len(post.taken), post.connections) == (2, 2)


async def test_a_connection_that_rested_is_asked_whether_it_lives(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post, limits=Limits(check_after=0))
    await writer.send(outbound(delivery=1))
    await writer.send(outbound(delivery=2))
    assert (len(post.taken), post.connections) == (2, 1)


async def test_an_idle_connection_is_left(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post, limits=Limits(rest=0.01))
    await writer.send(outbound(delivery=1))
    await post.until(lambda: post.open == 0)
    await writer.send(outbound(delivery=2))
    assert (len(post.taken), post.connections) == (2, 2)


async def test_a_refused_letter_does_not_cost_the_connection(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    post.scripts["DATA"] = ["554 no"]
    writer = channel(post)
    [failed] = await asyncio.gather(writer.send(outbound(delivery=1)), return_exceptions=True)
    await writer.send(outbound(delivery=2))
    assert (isinstance(failed, Exception), len(post.taken), post.connections) == (True, 1, 1)


async def test_a_letter_that_was_called_off_leaves_no_half_said_connection(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    held = asyncio.Event()

    async def wait_there(server, session, envelope, address, options) -> str:
        held.set()
        await asyncio.Event().wait()

    writer = channel(post, limits=Limits(connections=1))
    await writer.send(outbound(delivery=1))
    post.live[0].event_handler.handle_RCPT = wait_there
    post.live[0]._handle_hooks["RCPT"] = wait_there
    sending = asyncio.create_task(writer.send(outbound(delivery=2)))
    await asyncio.wait_for(held.wait(), 10)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await writer.send(outbound(delivery=3))
    assert [taken.message["Message-ID"].split(".")[1] for taken in post.taken] == ["1", "3"]
    assert post.connections == 2


async def test_closing_says_goodbye(servers: Servers, channel: Open) -> None:
    post = await servers.start()
    writer = channel(post)
    await writer.send(outbound())
    await writer.close()
    await post.until(lambda: post.open == 0)
    assert post.quits == 1
