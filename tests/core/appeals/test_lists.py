"""Lists of cards: filters, search and pages; the board's counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text, update
from sqlmodel import col

from core.appeals.lists import NOBODY, Wanted
from core.appeals.model import WINDOW, Appeal
from core.appeals.searching import NEWEST_WINDOWS
from core.errors import Invalid, NotAllowed
from core.staff.asker import Asker
from core.vocabulary import AppealStatus, Role, Urgency
from tests.inbox.world import Centre


async def found(centre: Centre, **given: object) -> list[int]:
    """The ids that a filter finds, in the order of the list."""
    asker = await a_reader(centre)
    page = await centre.lists.page(asker, Wanted(**given))  # type: ignore[arg-type]
    return [row.id for row in page.rows]


async def a_reader(centre: Centre) -> Asker:
    return (await centre.a_member(Role.AUDITOR)).asker


async def put(centre: Centre, appeal_id: int, **columns: object) -> None:
    """Set columns of a card as another desk would have."""
    async with centre.transactions.begin() as tx:
        await tx.execute(update(Appeal).where(col(Appeal.id) == appeal_id).values(**columns))


@pytest.fixture
async def cards(centre: Centre) -> dict[str, int]:
    """Cards of two people, of several days."""
    talk = await centre.a_conversation(mode="closed")
    await centre.an_applicant(talk, surname="Образцов", phone="+78672000002")
    return {
        "old": await centre.an_appeal(days_ago=40, text="Разбита дорога у рынка", address="Рыночная, 1"),
        "lamp": await centre.an_appeal(conversation_id=talk, text="Не горят фонари во дворе", topic="Освещение"),
        "urgent": await centre.an_appeal(text="Оборван провод", urgency=Urgency.URGENT),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("фонарь", ["lamp"]),
        ("ФОНАРЕЙ двор", ["lamp"]),
        ("дорог рын", ["old"]),
        ("образцов", ["lamp"]),
        ("освещения", ["lamp"]),
        ("А-000003/2026", ["urgent"]),
        ("а-3/2026", ["urgent"]),
        ("000003", ["urgent"]),
        ("3/2025", []),
        ("+7 (8672) 00-00-02", ["lamp"]),
        ("8 8672 000002", ["lamp"]),
        ("трамвай", []),
        ("на во не", []),
        ("!!! :* & |", []),
        ("провод' OR 1=1 --", ["urgent"]),
    ],
    ids=lambda value: str(value),
)
async def test_search(words: str, expected: list[str], centre: Centre, cards: dict[str, int]) -> None:
    assert await found(centre, words=words) == [cards[name] for name in expected]


async def test_the_newest_come_first_or_the_most_urgent(centre: Centre, cards: dict[str, int]) -> None:
    assert await found(centre) == [cards["urgent"], cards["lamp"], cards["old"]]
    assert await found(centre, by_term=True) == [cards["old"], cards["urgent"], cards["lamp"]]


async def test_filters(centre: Centre, cards: dict[str, int]) -> None:
    member = (await centre.a_member()).asker
    await centre.cases.assign(member, [cards["lamp"]], member.id)
    await put(centre, cards["old"], status="closed")
    lamp, urgent, old = cards["lamp"], cards["urgent"], cards["old"]
    assert await found(centre, urgency="urgent") == [urgent]
    assert await found(centre, channel="email") == []
    assert await found(centre, statuses=[AppealStatus.CLOSED, AppealStatus.MERGED]) == [old]
    assert await found(centre, awaited=True) == [urgent, lamp]
    assert await found(centre, assignee_id=member.id) == [lamp]
    assert await found(centre, assignee_id=NOBODY) == [urgent, old]
    assert await found(centre, registered_to=date(2026, 11, 24)) == [old]
    assert await found(centre, registered_from=date(2026, 11, 25)) == [urgent, lamp]
    assert await found(centre, answer_from=date(2026, 12, 3)) == [lamp]
    assert await found(centre, answer_to=date(2026, 12, 2), awaited=True) == [urgent]
    assert await found(centre, words="провод", assignee_id=member.id) == []


@pytest.mark.parametrize("by_term", [False, True], ids=["newest first", "by term"])
@pytest.mark.parametrize("words", ["", "вопрос"], ids=["everything", "search"])
async def test_pages_have_every_card_once(by_term: bool, words: str, centre: Centre) -> None:
    for number in range(11):
        await centre.an_appeal(text=f"Вопрос {number}", days_ago=number % 3)
    asker, after, seen = await a_reader(centre), "", []
    for _ in range(4):
        page = await centre.lists.page(asker, Wanted(words=words, by_term=by_term), after, limit=3)
        seen += [row.id for row in page.rows]
        after = page.next or ""
    assert after == "" and sorted(seen) == list(range(1, 12))
    if not by_term or words:
        assert seen == sorted(seen, reverse=True)


async def test_a_search_that_the_newest_cards_do_not_fill_goes_on_in_the_old_ones(centre: Centre) -> None:
    old = await centre.an_appeal(text="Белка на старом дереве")
    async with centre.transactions.begin() as tx:
        await tx.execute(text("SELECT setval(pg_get_serial_sequence('appeal', 'id'), 100000)"))
    new = await centre.an_appeal(text="Белка на новом дереве")
    assert await found(centre, words="белка") == [new, old]
    assert new // WINDOW - old // WINDOW > NEWEST_WINDOWS, "they are too far apart for one step"


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        pytest.param("белка улица", [9, 6, 3], id="a rare word and one that most cards have"),
        pytest.param("ули бел", [9, 6, 3], id="beginnings, the common one first"),
        pytest.param("улица фонарь", [10, 9, 8, 7, 6, 5, 4, 2, 1], id="only common words"),
        pytest.param("и белка на улицах", [9, 6, 3], id="words that say nothing"),
        pytest.param("белка улица фонарь", [9, 6], id="two common words"),
        pytest.param("белка улица жираф", [], id="a word that no card has"),
    ],
)
@pytest.mark.parametrize("counted", [False, True], ids=["before PostgreSQL counted", "counted"])
async def test_common_words_are_found_beside_rare_ones(words: str, numbers: list[int], counted: bool, centre: Centre) -> None:
    for number in range(1, 11):
        seen = "белка и " if number % 3 == 0 else ""
        await centre.an_appeal(text=f"На улице {seen}{'аптека' if number == 3 else 'фонарь'}")
    if counted:
        async with centre.transactions.begin() as tx:
            await tx.execute(text("ANALYZE appeal"))
    assert await found(centre, words=words) == numbers
    asker, after, paged = await a_reader(centre), "", []
    for _ in range(len(numbers) or 1):
        page = await centre.lists.page(asker, Wanted(words=words), after, limit=1)
        paged += [row.id for row in page.rows]
        after = page.next or ""
    assert (paged, after) == (numbers, "")


@pytest.mark.parametrize("after", ["x", "-1", "1_2", "2026-13-45_7", "9" * 40], ids=repr)
@pytest.mark.parametrize("by_term", [False, True])
async def test_a_cursor_of_somebody_else(after: str, by_term: bool, centre: Centre) -> None:
    with pytest.raises(Invalid) as refused:
        await centre.lists.page(await a_reader(centre), Wanted(by_term=by_term), after)
    assert refused.value.facts["fields"] == {"after": "unreadable"}


async def test_a_row_tells_the_days_and_the_assignee(centre: Centre, cards: dict[str, int]) -> None:
    member = (await centre.a_member(full_name="Петрова Вера")).asker
    await centre.cases.assign(member, [cards["old"]], member.id)
    await put(centre, cards["lamp"], status="replied")
    rows = {row.id: row for row in (await centre.lists.page(member, Wanted())).rows}
    old = rows[cards["old"]]
    assert (old.assignee_name, old.days_left) == ("Петрова Вера", (old.answer_by - centre.clock.today()).days)
    assert old.days_left is not None and old.days_left < 0
    assert rows[cards["lamp"]].days_left is None, "the applicant has the answer"


async def test_the_board_counts_what_waits(centre: Centre) -> None:
    asker, today = await a_reader(centre), centre.clock.today()
    places = {"overdue": -1, "due_today": 0, "this_week": 4, "later": 5}
    for days in places.values():
        await put(centre, await centre.an_appeal(), answer_by=today + timedelta(days=days))
    for status in ("closed", "merged", "replied"):
        await put(centre, await centre.an_appeal(), answer_by=today - timedelta(days=9), status=status)
    board = await centre.lists.board(asker)
    counts = (board.overdue, board.due_today, board.this_week, board.later, board.closing)
    assert counts == (1, 1, 1, 1, 1)
    assert board.week_ends == date(2026, 11, 29)


async def test_who_does_not_read_cards(centre: Centre) -> None:
    asker = (await centre.a_member(Role.ADMINISTRATOR)).asker
    with pytest.raises(NotAllowed):
        await centre.lists.page(asker, Wanted())
    with pytest.raises(NotAllowed):
        await centre.lists.board(asker)


async def test_the_boards_totals_are_those_of_the_assignee(centre: Centre) -> None:
    anna, boris = [(await centre.a_member()).asker for _ in range(2)]
    mine, closing, boriss, _ = [await centre.an_appeal(urgency=Urgency.URGENT) for _ in range(4)]
    await centre.cases.assign(anna, [mine, closing], anna.id)
    await centre.cases.assign(boris, [boriss], boris.id)
    await put(centre, closing, status="replied")
    boards = {who: await centre.lists.board(anna, who) for who in (None, anna.id, boris.id, NOBODY)}
    waiting = {
        who: board.overdue + board.due_today + board.this_week + board.later + board.closing for who, board in boards.items()
    }
    assert waiting == {None: 4, anna.id: 2, boris.id: 1, NOBODY: 1}
    assert [boards[who].closing for who in (None, anna.id, NOBODY)] == [1, 1, 0]
