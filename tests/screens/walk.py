"""The walk through every screen of the router, by day and by night, wide and narrow; each group is walked in a file of its own."""

import os
import re
from pathlib import Path
from typing import Literal

from playwright.async_api import expect

from core.knowledge.drafting import ArticleDraft
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.inbox.world import Member
from tests.screens.conftest import ROOT, Screen, ScreenOf

UI = ROOT / "inbox/ui/src"
HERE = Path(__file__).parent
NAMED = re.compile(r'path: "([^"]*)", name: "([^"]+)"')
WIDTHS = ((1440, 900), (1024, 768), (640, 450), (360, 640))
"""The workplaces; a 1280 px screen at 200 %; a telephone (WCAG 1.4.10)."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LONG = "Примеров" if "PICTURES" in os.environ else "Немировичаданченковладикавказская" * 2

PICTURES = os.environ.get("PICTURES")
"""A folder for the pictures of the docs (make docs-pictures)."""
PICTURED = {
    ("inbox", "dark"): Role.OPERATOR,
    ("appeal", "dark"): Role.OPERATOR,
    ("kbArticle", "light"): Role.KNOWLEDGE_EDITOR,
    ("quality-item", "light"): Role.SUPERVISOR,
    ("reports", "dark"): Role.SUPERVISOR,
    ("dashboard", "light"): Role.SUPERVISOR,
    ("menu", "light"): Role.PRESS,
    ("audit", "light"): Role.AUDITOR,
}

Screens = dict[str, tuple[Role, ...]]

WALKS: dict[str, Screens] = {
    "casework": {
        "inbox": (Role.OPERATOR, Role.AUDITOR),
        "appeals": (Role.OPERATOR, Role.AUDITOR),
        "appeal": (Role.OPERATOR,),
        "board": (Role.OPERATOR,),
        "tasks": (Role.OPERATOR,),
        "mail": (Role.OPERATOR,),
        "left": (Role.OPERATOR,),
        "citizen": (Role.OPERATOR,),
        "lost": (Role.OPERATOR,),
    },
    "calls": {
        "calls": (Role.OPERATOR,),
        "phone": (Role.OPERATOR,),
        "phone-backs": (Role.OPERATOR,),
        "phone-journal": (Role.OPERATOR,),
        "phone-call": (Role.OPERATOR,),
        "quality-own": (Role.OPERATOR,),
        "quality-own-review": (Role.OPERATOR,),
        "training-result": (Role.OPERATOR,),
    },
    "quality": {
        "quality": (Role.SUPERVISOR,),
        "quality-item": (Role.SUPERVISOR,),
        "quality-review": (Role.SUPERVISOR,),
        "quality-numbers": (Role.SUPERVISOR,),
        "quality-agreement": (Role.SUPERVISOR,),
        "quality-plan": (Role.SUPERVISOR,),
        "quality-bot": (Role.KNOWLEDGE_EDITOR,),
        "dashboard": (Role.SUPERVISOR, Role.AUDITOR),
        "reports": (Role.SUPERVISOR, Role.AUDITOR),
    },
    "directory": {
        "menu": (Role.PRESS, Role.SUPERVISOR),
        "news": (Role.PRESS, Role.SUPERVISOR),
        "directory": (Role.ADMINISTRATOR, Role.SUPERVISOR),
        "calendar": (Role.ADMINISTRATOR, Role.SUPERVISOR),
        "forms": (Role.ADMINISTRATOR, Role.SUPERVISOR),
        "accounts": (Role.ADMINISTRATOR,),
    },
    "records": {
        "audit": (Role.AUDITOR, Role.SUPERVISOR),
        "keeping": (Role.AUDITOR, Role.SUPERVISOR),
        "refusals": (Role.AUDITOR, Role.SUPERVISOR),
    },
    "knowledge": {
        "duties": (Role.KNOWLEDGE_EDITOR, Role.SUPERVISOR),
        "kbArticles": (Role.KNOWLEDGE_EDITOR, Role.SENIOR),
        "kbArticle": (Role.KNOWLEDGE_EDITOR,),
        "kbQuestions": (Role.KNOWLEDGE_EDITOR,),
        "kbRemarks": (Role.KNOWLEDGE_EDITOR,),
        "kbWords": (Role.KNOWLEDGE_EDITOR,),
        "kbTrial": (Role.KNOWLEDGE_EDITOR,),
    },
}
"""Who walks which screen, by the file ``test_walk_<name>.py`` that walks it. Of each screen the first person is the one who has it
looked at by axe; of the others it is asked that the screen opens and fits."""
APART = {
    "login": "opened by nobody in particular",
    "enrol": "walked in test_second_factor.py",
    "password": "walked in test_accounts.py",
    "confirmed": "walked in test_sign_on.py",
    "entered": "walked in test_sign_on.py",
}
"""Screens outside the shell."""


def routes() -> dict[str, str]:
    """The paths of the router by name, as they are written."""
    sources = (path for path in sorted(UI.rglob("*.ts")) if path.name in ("router.ts", "routes.ts"))
    return {name: path for source in sources for path, name in NAMED.findall(source.read_text("utf-8"))}


async def opens(screen: Screen, name: str, ids: dict[str, int]) -> None:
    """The screen of this route is open and has loaded what it shows; the browser calls it as its heading does."""
    address = re.sub(r":\w+\(.*\)[?*]?", str(ids.get(name, "nowhere")), routes()[name])
    await screen.page.goto(f"/{address}")
    heading = screen.page.get_by_role("heading", level=1)
    await expect(heading).to_have_count(1)
    await expect(screen.page.locator("[aria-busy=true]")).to_have_count(0)
    assert (await heading.inner_text()).strip() in await screen.page.title()


async def walk(work: Work, screen_of: ScreenOf, screens: Screens, *, full: bool = True) -> None:
    """Each role of these screens walks them, in a centre with one of each thing, or in one where nothing happened yet."""
    people = {role: await work.centre.a_member(role) for role in Role}
    ids = await _things(work, people) if full else {}
    for role, member in people.items():
        theirs = [name for name, roles in screens.items() if role in roles]
        if theirs:
            screen = await screen_of(member, width=1440, height=900)
            for name in theirs:
                await _look(screen, name, ids, first=screens[name][0] is role)


async def _things(work: Work, people: dict[Role, Member]) -> dict[str, int]:
    """One of each thing that a path names, with names as long as they come; ids by the name of the route."""
    operator: Asker = people[Role.OPERATOR].asker
    centre, reviewer = work.centre, people[Role.SUPERVISOR].asker
    talk = await centre.a_conversation(name=f"Гость {LONG}", words=f"Когда приём на {LONG}?", held_by=operator)
    person = await centre.an_applicant(talk, surname=LONG[:60])
    appeal = await centre.an_appeal(conversation_id=talk, days_ago=3)
    await centre.an_appeal(days_ago=40, topic="Дороги")
    call = await work.a_call(operator, seconds=95, transcript="Здравствуйте. Когда приём?")
    item = await work.an_item(reviewer, operator)
    review = await work.a_review(reviewer, item, style="no")
    draft = ArticleDraft(title=LONG, answer=f"Приём: {LONG}.")
    article = await centre.editor.writing.start(people[Role.KNOWLEDGE_EDITOR].asker, draft)
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


async def _look(screen: Screen, name: str, ids: dict[str, int], *, first: bool) -> None:
    role, page = screen.member.asker.role, screen.page
    await page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})
    await opens(screen, name, ids)
    for theme in THEMES:
        await page.emulate_media(color_scheme=theme)
        await screen.shot(f"{name}-{role}-{theme}")
        if PICTURES and role is PICTURED.get((name, theme)):
            await page.screenshot(path=f"{PICTURES}/screen-{name}-{theme}.png")
        if first:
            await screen.sound(f"{name} in {theme}", colours_only=theme is not THEMES[0])
    for width, height in WIDTHS:
        await page.set_viewport_size({"width": width, "height": height})
        await screen.fits(f"{name} of {role} at {width}")
