"""The lists: their order, their pages, their counts, and what a search finds."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from core.conversations.model import Conversation
from core.conversations.queries import COUNT_CEILING, PAGE
from core.people.model import ChannelIdentity
from core.privacy.kinds import HIDDEN
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def asker(centre: Centre) -> Asker:
    return (await centre.a_member()).asker


async def walk(browser: httpx.AsyncClient, listing: str, **more: str) -> list[list[int]]:
    pages, after = [], None
    while True:
        wanted = {"list": listing, **more, **({"after": after} if after else {})}
        page = (await browser.get("/api/conversations", params=wanted)).json()
        pages.append([row["id"] for row in page["rows"]])
        after = page["next"]
        if after is None:
            return pages


async def test_the_queue_is_emergencies_first_then_the_longest_wait(centre: Centre, sign_in: SignIn) -> None:
    late = await centre.a_conversation(after=30)
    early = await centre.a_conversation(after=10)
    urgent = await centre.a_conversation(after=40, emergency=True)
    await centre.a_conversation(mode="bot")
    browser = await sign_in()
    page = (await browser.get("/api/conversations?list=queue")).json()
    assert [row["id"] for row in page["rows"]] == [urgent, early, late]
    assert page["rows"][0]["reply_due_at"] is not None


@pytest.mark.parametrize("listing", ["queue", "mine", "colleagues", "all"])
async def test_the_pages_of_a_list_hold_each_conversation_once(centre: Centre, sign_in: SignIn, listing: str) -> None:
    me, colleague = await centre.a_member(), await centre.a_member()
    holder = {"mine": me.asker, "colleagues": colleague.asker}.get(listing)
    same_moment = [await centre.a_conversation(held_by=holder, emergency=n % 5 == 0, after=n // 10) for n in range(2 * PAGE + 7)]
    pages = await walk(await sign_in(me), listing)
    assert [len(page) for page in pages] == [PAGE, PAGE, 7]
    assert sorted(number for page in pages for number in page) == sorted(same_moment)


async def test_the_newest_is_first_and_closed_ones_are_found_in_all(centre: Centre, sign_in: SignIn) -> None:
    old, new = await centre.a_conversation(mode="closed"), await centre.a_conversation(mode="bot", after=5)
    assert await walk(await sign_in(), "all") == [[new, old]]


async def test_a_list_can_be_narrowed_to_a_channel(centre: Centre, sign_in: SignIn) -> None:
    await centre.a_conversation()
    browser = await sign_in()
    assert await walk(browser, "queue", channel="voice") == [[]]
    assert len((await walk(browser, "queue", channel="telegram"))[0]) == 1


@pytest.mark.parametrize("after", ["x", "bnVsbA", "WzEsMl0", "WzAsMWU0MDAsMV0", "WzAsMCwtMV0", "%FF"])
async def test_a_foreign_cursor_is_refused(sign_in: SignIn, after: str) -> None:
    answer = await (await sign_in()).get("/api/conversations", params={"after": after})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["after"])


async def test_the_counters_count_open_conversations(centre: Centre, sign_in: SignIn, asker: Asker) -> None:
    me = await centre.a_member()
    for where in ({"held_by": me.asker}, {"held_by": asker}, {"held_by": asker}, {"mode": "bot"}, {"mode": "closed"}, {}):
        await centre.a_conversation(**where)
    counted = (await (await sign_in(me)).get("/api/conversations/counters")).json()
    assert counted == {"queue": 1, "mine": 1, "colleagues": 2, "all": 5}
    assert COUNT_CEILING == 1000


@pytest.mark.clause("2.8.1")
@pytest.mark.parametrize(
    "query",
    [
        "примеров",
        "ИВАН Прим",
        "+7 (918) 000-00-01",
        "8 918 000 00 01",
        "протечка",
        "крыши протечку",
        "Zaur",
        "1",
        "1/2026",
        "А-000001/2026",
    ],
)
async def test_a_conversation_is_found(centre: Centre, sign_in: SignIn, query: str) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker, name="Zaurbek", words="У нас протечка крыши")
    await centre.a_conversation(words="Другое")
    await centre.an_applicant(number)
    browser = await sign_in(member)
    body = {"text": "Течёт крыша", "urgency": "urgent", "reply_form": "phone", "client_key": "key-00000001"}
    assert (await browser.post(f"/api/conversations/{number}/appeals", json=body)).status_code == 200
    assert await walk(browser, "all", query=query) == [[number]]


async def test_a_question_that_says_nothing_finds_nothing(centre: Centre, sign_in: SignIn) -> None:
    await centre.a_conversation()
    browser = await sign_in()
    for query in ("!!!", "&|()", "':*", "а", "и на под", "99999999999999999999"):
        assert await walk(browser, "all", query=query) == [[]], query


async def test_the_thread_comes_in_pages_back_to_its_beginning(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    for n in range(120):
        await centre.operators.note(member.asker, number, f"заметка {n}", f"key-{n:08}")
    browser = await sign_in(member)
    opened = (await browser.get(f"/api/conversations/{number}")).json()
    seen, earlier = [message["id"] for message in opened["messages"]], opened["earlier"]
    while earlier:
        page = (await browser.get(f"/api/conversations/{number}/messages", params={"before": earlier})).json()
        seen, earlier = [message["id"] for message in page["messages"]] + seen, page["earlier"]
    assert len(seen) == 121 and seen == sorted(seen)


async def test_opening_marks_read_only_for_the_one_who_holds_it(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    number = await centre.a_conversation(held_by=member.asker)
    assert (await (await sign_in(Role.SENIOR)).get(f"/api/conversations/{number}")).json()["row"]["unread"] == 1
    assert (await (await sign_in(member)).get(f"/api/conversations/{number}")).json()["row"]["unread"] == 0


@pytest.mark.parametrize(
    ("role", "where", "actions"),
    [
        (Role.OPERATOR, "waiting", ["take", "note"]),
        (Role.OPERATOR, "own", ["reply", "note", "hand_back", "close", "register", "edit_applicant", "refuse"]),
        (Role.OPERATOR, "colleague", ["note"]),
        (Role.SENIOR, "colleague", ["take", "note"]),
        (Role.OPERATOR, "closed", ["note"]),
        (Role.AUDITOR, "waiting", []),
    ],
    ids=["in the queue", "own", "a colleague's", "a colleague's, senior", "closed", "an auditor"],
)
async def test_the_view_says_what_may_be_done(centre: Centre, sign_in: SignIn, role: Role, where: str, actions: list[str]) -> None:
    member, colleague = await centre.a_member(role), await centre.a_member()
    holder = {"own": member.asker, "colleague": colleague.asker}.get(where)
    number = await centre.a_conversation(held_by=holder, mode=where if holder is None else "operator")
    assert (await (await sign_in(member)).get(f"/api/conversations/{number}")).json()["actions"] == actions


@pytest.mark.parametrize(
    ("channel", "account", "shown", "asked"),
    [
        pytest.param("voice", "+79000000001", "+7 900 000-00-01", "8 (900) 000-00-01", id="a caller"),
        pytest.param("email", "anna@example.org", "anna@example.org", "Anna@Example.org", id="a writer"),
    ],
)
async def test_who_told_no_name_is_shown_and_found_by_their_account_and_hidden_from_an_auditor(
    centre: Centre, sign_in: SignIn, channel: str, account: str, shown: str, asked: str
) -> None:
    number = await centre.a_conversation(name="")
    async with centre.transactions.begin() as tx:
        talk = await tx.get_one(Conversation, number)
        who = await tx.get_one(ChannelIdentity, talk.identity_id)
        talk.channel = who.channel = channel
        who.external_id = who.external_mark = account
    for role, name in ((Role.OPERATOR, shown), (Role.AUDITOR, HIDDEN)):
        page = (await (await sign_in(role)).get("/api/conversations", params={"list": "all", "query": asked})).json()
        assert [(row["id"], row["applicant_name"]) for row in page["rows"]] == [(number, name)]
