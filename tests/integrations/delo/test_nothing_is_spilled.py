"""What a card holds is in the message to the records system, and nowhere beside it: not in names, logs, reasons, live events."""

from sqlalchemy import text

from integrations.delo.folder import PATIENCE, SET_ASIDE
from tests.integrations.delo.conftest import Delo
from tests.integrations.delo.edms import an_answer
from tests.logs import kept_logs, spilled

PLANTED = ["Посаженова", "крокодил", "79000000077", "planted@post.example", "Образцов", "primer@example.org"]
WORDS = "Посаженова Тайна, +79000000077, planted@post.example: крокодил во дворе"


async def test_the_words_of_a_card_are_in_its_message_alone(delo: Delo) -> None:
    at = delo.records.clock.now().timestamp()
    with kept_logs("json") as out:
        for _ in range(2):
            await delo.records.an_appeal(WORDS, address=WORDS[:60])
        await delo.records.desk.export_waiting()
        names = [one.relative_to(delo.out).as_posix() for one in delo.out.rglob("*")]
        refused, unread = delo.edms.collect()
        delo.edms.refuses(refused, WORDS)
        for number, wrong in enumerate(
            (an_answer(WORDS[:30]), f"<a>{WORDS}", an_answer(unread.header("ReturnID"), number=WORDS * 9))
        ):
            place = delo.edms.answers(wrong, bare=True, age=PATIENCE + 1, now=at)
            place.rename(place.with_name(f"Посаженова крокодил {number}.xml"))
        (delo.into / "Посаженова 9.xml").symlink_to("/etc/passwd")
        delo.edms.answers(an_answer("00000000-0000-4000-8000-000000000001"))
        await delo.records.desk.import_answers()
    reasons = [one.read_text("utf-8") for one in (delo.into / SET_ASIDE).glob("*.reason.txt")]
    assert len(reasons) >= 4 and "delo.set_aside" in out.getvalue() and "records.set_aside" in out.getvalue()
    assert spilled({"log": out.getvalue(), "names": str(names), "reasons": str(reasons), **await _rows(delo)}, PLANTED) == {}


async def _rows(delo: Delo) -> dict[str, str]:
    """What is told to screens, to the audit and to those who look after failures."""
    found = {}
    async with delo.records.transactions.begin() as tx:
        for table in ("live_event", "audit_entry", "staff_task"):
            found[table] = str((await tx.execute(text(f"SELECT t::text FROM {table} t"))).all())  # of our own list
    return found
