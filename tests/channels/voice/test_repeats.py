"""One effect for a hook however often it comes."""

import pytest

from channels.voice.repeats import MOST, Repeats, digest_of
from channels.voice.verbs import Wire
from tests.channels.voice.fakes import FakeJournal


@pytest.mark.parametrize(
    ("target", "signature", "body"),
    [("/a?s=2", "t=1", b"{}"), ("/a?s=1", "t=2", b"{}"), ("/a?s=1", "t=1", b"[]")],
    ids=["another address", "another signature", "another body"],
)
def test_a_hook_is_known_by_its_address_signature_and_body(target: str, signature: str, body: bytes) -> None:
    assert digest_of("/a?s=1", "t=1", b"{}") == digest_of("/a?s=1", "t=1", b"{}") != digest_of(target, signature, body)


async def test_what_failed_is_tried_anew(journal: FakeJournal) -> None:
    repeats, tries = Repeats(journal), list[int]()

    async def answer() -> Wire:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("a bug")
        return [{"verb": "hangup"}]

    with pytest.raises(RuntimeError):
        await repeats.once("d", answer)
    assert await repeats.once("d", answer) == [{"verb": "hangup"}]
    assert await repeats.once("d", answer) == [{"verb": "hangup"}]
    assert len(tries) == 2


async def test_old_answers_are_forgotten(journal: FakeJournal) -> None:
    repeats, tries = Repeats(journal), list[int]()

    async def answer() -> Wire:
        tries.append(1)
        return []

    for number in range(MOST + 1):
        await repeats.once(str(number), answer)
    await repeats.once("0", answer)
    assert len(tries) == MOST + 2


async def test_without_the_database_answers_are_neither_known_nor_kept(journal: FakeJournal) -> None:
    repeats = Repeats(journal)
    journal.away = True
    await repeats.keep("d", [])
    assert await repeats.answer_of("d") is None
