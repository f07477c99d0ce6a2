"""Every form's draft ends in the transaction of the form's deed, and a save that comes after it is refused."""

import pytest

from core.drafts.desk import DraftEnded, Typed
from core.drafts.forms import FORMS, NEW, DraftKind, subject_of
from core.errors import Conflict, NotFound
from core.keeping.drafts import IMPERSONAL, PERSONAL
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.drafts.deeds import DEEDS, Fill
from tests.core.drafts.office_deeds import CHANGES, OFFICE_DEEDS
from tests.inbox.world import Centre

ALL = {**DEEDS, **OFFICE_DEEDS}


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


def typed(words: str, version: int = 0) -> Typed:
    return Typed(text=words, version=version, writer="window-1")


@pytest.mark.parametrize(
    ("kind", "fill"),
    [
        *(pytest.param(kind, fill, id=kind.value) for kind, fill in ALL.items()),
        *(pytest.param(kind, fill, id=f"{kind.value} that is there") for kind, fill in CHANGES.items()),
    ],
)
async def test_a_draft_ends_with_the_deed_of_its_form(centre: Centre, kind: DraftKind, fill: Fill) -> None:
    form = await fill(centre)
    saved = await centre.drafts.keep(form.asker, kind, form.subject_id, typed("Начато"))
    await form.deed()
    ended = await centre.drafts.read(form.asker, kind, form.subject_id)
    assert (ended.text, ended.saved_at, ended.version) == ("", None, saved.version + 1)
    with pytest.raises(DraftEnded):
        await centre.drafts.keep(form.asker, kind, form.subject_id, typed("Опоздавшее", saved.version))


async def test_a_refused_deed_leaves_the_draft_where_it_was(centre: Centre) -> None:
    form = await DEEDS[DraftKind.SPLIT](centre)
    saved = await centre.drafts.keep(form.asker, DraftKind.SPLIT, form.subject_id, typed("Начато"))
    with pytest.raises(Conflict):
        await centre.linking.split(form.asker, form.subject_id, "Второй вопрос", "", 99)
    assert await centre.drafts.read(form.asker, DraftKind.SPLIT, form.subject_id) == saved


def test_every_form_has_its_deed_and_is_about_a_table_that_erasure_knows() -> None:
    assert set(FORMS) == set(ALL) == set(DraftKind)
    assert {subject_of(kind) for kind in DraftKind} == PERSONAL | IMPERSONAL


async def test_what_is_not_there_has_a_draft_only_where_a_form_makes_it(centre: Centre) -> None:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    kept = await centre.drafts.keep(head, DraftKind.LIAISON, NEW, typed("Начато"))
    assert await centre.drafts.read(head, DraftKind.LIAISON, NEW) == kept
    other = (await centre.a_member(Role.SUPERVISOR)).asker
    assert (await centre.drafts.read(other, DraftKind.LIAISON, NEW)).text == ""
    with pytest.raises(NotFound):
        await centre.drafts.keep(head, DraftKind.ABSENCE, NEW, typed("Начато"))
