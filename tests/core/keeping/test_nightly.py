"""What is past its term goes in the night, batch by batch; what counts, what is of record and what is held back stays."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.audit.model import AuditEntry
from core.conversations.model import Contact, Conversation
from core.errors import Conflict, NotAllowed, NotFound
from core.keeping.kinds import KINDS, Kind, Terms
from core.keeping.model import ErasedCount
from core.keeping.nightly import NightlyErasure
from core.keeping.rules import RULES
from core.retention import tidy
from core.vocabulary import Role
from tests.core.keeping.archive import LONG_AGO, Archive


@pytest.mark.clause("2.10")
async def test_after_its_term_nothing_of_a_person_can_be_read_and_every_contact_still_counts(archive: Archive) -> None:
    talk = await archive.everything_of(await archive.a_person())
    before = await archive.words_left()
    assert not await changed_by_a_round(archive), "nothing is past its term on its first day"
    archive.clock.move(days=LONG_AGO)
    assert await archive.words_left() == before
    erased = await archive.centre.keeping.nightly.round()
    assert {kind for kind, rows in erased.items() if rows} == set(RULES) - {Kind.RECORDINGS, Kind.NEWS, Kind.JOBS}
    assert await archive.words_left() == set()
    assert [one.id for one in await archive.centre.rows(Conversation)] == [talk]
    assert await archive.centre.rows(Contact), "2.5.2: each contact is counted for ever"
    assert not await changed_by_a_round(archive), "a second round finds nothing"


async def test_a_trial_says_the_same_and_changes_nothing(archive: Archive) -> None:
    await archive.everything_of(await archive.a_person())
    archive.clock.move(days=LONG_AGO)
    before, foreseen = await archive.words_left(), await archive.centre.keeping.foresee(await archive.head())
    assert await archive.words_left() == before
    erased = await archive.centre.keeping.nightly.round()
    assert {kind: rows for kind, rows in foreseen.items() if kind is not Kind.CARDS} == {
        kind: rows for kind, rows in erased.items() if kind is not Kind.CARDS
    }, "a card goes after what was said, so the trial does not see it yet"


async def test_an_appeal_keeps_its_conversation_and_its_card(archive: Archive) -> None:
    person = await archive.a_person()
    talk = await archive.everything_of(person)
    await archive.centre.an_appeal(conversation_id=talk)
    archive.clock.move(days=LONG_AGO)
    await archive.centre.keeping.nightly.round()
    assert {"message", "conversation", "phone_call", "applicant", "contact_point"} <= await archive.words_left()


async def test_what_is_held_back_stays_until_the_hold_is_lifted(archive: Archive) -> None:
    head, person = await archive.head(), await archive.a_person()
    await archive.everything_of(person)
    archive.clock.move(days=LONG_AGO)
    desk = archive.centre.keeping
    await desk.hold(head, "Запрос суда", applicant_id=person)
    with pytest.raises(Conflict):
        await desk.hold(head, "Ещё раз", applicant_id=person)
    await desk.nightly.round()
    assert {"message", "left_message", "phone_call", "refusal", "applicant"} <= await archive.words_left()
    (held,) = (await desk.overview(head)).holds
    assert held.reason == "Запрос суда" and held.applicant_id == person
    await desk.lift(head, held.id)
    with pytest.raises(NotFound):
        await desk.lift(head, held.id)
    await desk.nightly.round()
    assert await archive.words_left() == set()
    actions = [one.action for one in await archive.centre.rows(AuditEntry)]
    assert actions.count("hold.placed") == 1 and actions.count("hold.lifted") == 1


async def test_the_city_sets_shorter_terms(archive: Archive) -> None:
    await archive.everything_of(await archive.a_person())
    archive.clock.move(days=31)
    decided = Terms(decided={Kind.CONVERSATIONS: 30})
    await NightlyErasure(transactions=archive.transactions, clock=archive.clock, terms=decided).round()
    left = await archive.words_left()
    assert "message" not in left and "left_message" in left


async def test_a_round_that_was_broken_off_is_finished_by_the_next(archive: Archive) -> None:
    person = await archive.a_person()
    for _ in range(5):
        await archive.everything_of(person)
    archive.clock.move(days=LONG_AGO)
    given: dict[str, Any] = {"transactions": archive.transactions, "clock": archive.clock, "terms": Terms(decided={})}
    first = await NightlyErasure(**given, batch=2, most=1).round()
    assert first[Kind.CONVERSATIONS] == 2
    second = await NightlyErasure(**given, batch=2, most=10).round()
    assert second[Kind.CONVERSATIONS] == 3 and await archive.words_left() == set()
    async with archive.transactions.begin() as tx:
        counts = {one.kind: one.rows for one in (await tx.exec(select(ErasedCount))).all()}
    assert counts[Kind.CONVERSATIONS] == 5, "one line a day and kind"


async def test_failed_jobs_of_the_queue_go_after_their_term(archive: Archive) -> None:
    async with archive.transactions.begin() as tx:
        for status in ("failed", "todo"):
            await tx.execute(
                text("INSERT INTO procrastinate_jobs (queue_name, task_name, args, status) VALUES ('q', 't', '{}', :s)"),
                {"s": status},
            )
        await tx.execute(text("UPDATE procrastinate_events SET at = :at"), {"at": archive.clock.now() - timedelta(days=31)})
    await archive.centre.keeping.nightly.round()
    async with archive.transactions.begin() as tx:
        assert (await tx.execute(text("SELECT status::text FROM procrastinate_jobs"))).scalars().all() == ["todo"]


async def test_the_report_shows_terms_and_days_to_those_who_may_see_it(archive: Archive) -> None:
    await archive.everything_of(await archive.a_person())
    archive.clock.move(days=LONG_AGO)
    await archive.centre.keeping.nightly.round()
    async with archive.transactions.begin() as tx:
        await tidy(tx, archive.clock.now())
    shown = await archive.centre.keeping.overview(await archive.head())
    terms = {one.kind: one for one in shown.terms}
    assert terms["conversations"].erased == 1 and terms["conversations"].last_at == archive.clock.now()
    assert terms["appeals"].days is None and terms["audit"].days is None and terms["drafts"].days == 30
    assert terms["files"].erased == 1, "the raw mail that nothing names any more"
    assert {one.kind for one in shown.days} >= {"conversations", "mails", "files"} and all(one.rows for one in shown.days)
    for role in (Role.OPERATOR, Role.SENIOR, Role.PRESS):
        with pytest.raises(NotAllowed):
            await archive.centre.keeping.overview((await archive.centre.a_member(role)).asker)


def test_every_kind_that_has_a_term_has_a_rule() -> None:
    assert {kind for kind, keeping in KINDS.items() if keeping.days is not None} <= set(RULES)


async def changed_by_a_round(archive: Archive) -> dict[Kind, int]:
    return {kind: rows for kind, rows in (await archive.centre.keeping.nightly.round()).items() if rows}
