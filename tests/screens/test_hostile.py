"""Hostile names on every screen, on paper too: nothing runs, nothing is built of them, nothing is pushed off the screen.

A report of the page's own policy fails the test at its end, and so does a complaint of the console (conftest.py).
"""

from collections.abc import Iterator

import pytest
from playwright.async_api import Dialog
from sqlmodel import select

from core.appeals.model import Refusal
from core.conversations.model import Attachment, Message, NewsItem
from core.departments.model import Department
from core.knowledge.drafting import ArticleDraft
from core.knowledge.model import SynonymGroup
from core.menu.model import MenuEdition
from core.vocabulary import Role
from core.wording import SHIPPED, Wording, put_in_force
from tests.core.quality.world import Work
from tests.hostile import NAMES
from tests.inbox.world import Centre, Member
from tests.screens.conftest import Screen, ScreenOf
from tests.screens.walk import WALKS, opens

ALL = " ".join(NAMES.values())
ENDLESS = "ы" * 9_000
BUILT = "() => document.querySelectorAll('img[src=x], svg[onload], main script, [onerror]').length"
SHOWN = {
    "inbox": NAMES["tag"],
    "appeal": NAMES["script"],
    "kbArticle": NAMES["template"],
    "directory": NAMES["quotes"],
    "news": NAMES["script"],
    "menu": NAMES["formula"],
    "refusals": NAMES["template"],
}
"""A name that stands on the screen as it was written, so that the walk proves something."""


SERVICES = {
    f"service:{place}.{field}": words
    for place, words in enumerate(NAMES.values(), 6)
    for field in ("name", "hours", "said", "synonyms")
} | {f"service:{place}.number": "8 (8672) 53-00-01" for place in range(6, 6 + len(NAMES))}
"""Other services that the editor of the menu would refuse, as an edition of the past may hold them."""


@pytest.fixture(autouse=True)
def _services() -> Iterator[None]:
    put_in_force(Wording(texts=SERVICES))
    yield
    put_in_force(SHIPPED)


async def _lists(centre: Centre, author: int) -> None:
    """What the office writes for itself: an edition and a draft of it, news, a refusal, words of the search."""
    now = centre.clock.now()
    made = {"texts": SERVICES, "authors": [author], "made_at": now, "made_by_id": author, "changed_at": now}
    async with centre.transactions.begin() as tx:
        tx.add(MenuEdition(number=1, note=NAMES["formula"], published_at=now, published_by_id=author, **made))
        tx.add(MenuEdition(note=f"{NAMES['tag']} {NAMES['direction']}", **made))
        tx.add(NewsItem(title=NAMES["script"], text=f"{ALL} {ENDLESS[:2000]}", placed_at=now, placed_by_id=author))
        tx.add(Refusal(reason="abusive", text=f"{NAMES['template']} {ENDLESS}", staff_id=author, refused_at=now))
        tx.add(SynonymGroup(words=[NAMES["tag"], NAMES["direction"]]))


async def _things(work: Work, people: dict[Role, Member]) -> dict[str, int]:
    """One of each thing that a path names, each with names of the worst kind."""
    operator, centre = people[Role.OPERATOR].asker, work.centre
    async with centre.transactions.begin() as tx:
        tx.add(
            Department(key="hostile", name=f"{NAMES['quotes']} {NAMES['tag']} {NAMES['formula']}", head_email="head@org.example")
        )
    talk = await centre.a_conversation(name=f"{NAMES['tag']} {NAMES['direction']}", words=NAMES["script"], held_by=operator)
    async with centre.transactions.begin() as tx:
        for number, words in enumerate((ALL, ENDLESS)):
            tx.add(
                Message(conversation_id=talk, author="citizen", text=words, external_id=f"h{number}", created_at=centre.clock.now())
            )
        named = f"{NAMES['path']}{NAMES['tag']}{NAMES['direction']}{NAMES['formula']}.pdf"
        first = (await tx.exec(select(Message.id).where(Message.conversation_id == talk).limit(1))).one()
        tx.add(Attachment(message_id=first or 0, kind="document", file_name=named, size=1, state="gone"))
    person = await centre.an_applicant(talk, surname=f"{NAMES['tag']}{NAMES['invisible']}")
    said = {"topic": f"{NAMES['script']} {NAMES['formula']}"[:200], "text": f"{ALL} {ENDLESS}", "address": NAMES["path"]}
    appeal = await centre.an_appeal(conversation_id=talk, days_ago=3, **said)
    call = await work.a_call(operator, seconds=95, transcript=ALL)
    item = await work.an_item(people[Role.SUPERVISOR].asker, operator)
    review = await work.a_review(people[Role.SUPERVISOR].asker, item, style="no")
    draft = ArticleDraft(title=f"{NAMES['template']} {NAMES['emoji']}"[:200], answer=f"{ALL} {ENDLESS[:3000]}")
    article = await centre.editor.writing.start(people[Role.KNOWLEDGE_EDITOR].asker, draft)
    await _lists(centre, people[Role.ADMINISTRATOR].asker.id)
    return {
        "inbox": talk,
        "appeal": appeal,
        "citizen": person,
        "phone-call": call,
        "quality-item": item,
        "quality-review": review,
        "quality-own-review": review,
        "kbArticle": article.id or 0,
    }


@pytest.mark.parametrize("group", sorted(WALKS))
async def test_a_hostile_name_is_a_name(group: str, work: Work, screen_of: ScreenOf) -> None:
    people = {role: await work.centre.a_member(role, full_name=f"{NAMES['tag']} {role.value}") for role in Role}
    ids, spoke = await _things(work, people), list[str]()
    for role, member in people.items():
        theirs = [name for name, roles in WALKS[group].items() if roles[0] is role]
        if theirs:
            screen = await screen_of(member, width=1024, height=768)
            screen.page.on("dialog", lambda dialog: _note(spoke, dialog))
            for name in theirs:
                await opens(screen, name, ids)
                await _is_inert(screen, name)
    assert spoke == []


async def _is_inert(screen: Screen, name: str) -> None:
    page = screen.page
    if (words := SHOWN.get(name)) is not None:
        await page.get_by_text(words, exact=False).first.wait_for(state="attached")
    for media in ("screen", "print"):
        await page.emulate_media(media=media)  # type: ignore[arg-type]
        assert await page.evaluate(BUILT) == 0, f"{name} in {media}: an element was built of a name"
        await screen.fits(f"{name} in {media}")
    await page.emulate_media(media="screen")


async def _note(spoke: list[str], dialog: Dialog) -> None:
    spoke.append(dialog.message)
    await dialog.dismiss()
