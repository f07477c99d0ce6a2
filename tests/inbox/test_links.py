"""The plain pages behind one-time links, through the guards of the app."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from core.links.desk import TRIES_OF_LINK, LinkDesk
from core.requests.model import Memo
from db.transactions import Transactions
from inbox.web.settings import InboxSettings
from tests.clocks import MovableClock
from tests.core.requests.world import LIGHTS, QUESTION, World, a_docx
from tests.inbox.plain_site import FakeDesk, Office, plain_app

TYPED = {"outcome": "answered", "number": "17-сз", "dated_on": "2026-11-25", "signed_by": "Образцов О. О."}
FILE = {"file": ("записка.docx", a_docx(), "application/octet-stream")}
NO_FILE = {"file": ("", b"", "application/octet-stream")}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The pages, the world behind them and a browser before them."""

    world: World
    fake: FakeDesk
    http: httpx.AsyncClient
    token: str

    async def answer(self, typed: Mapping[str, str] = TYPED, files: Mapping[str, Any] = FILE) -> httpx.Response:
        """Send the department's form."""
        return await self.http.post(f"/d/{self.token}/uploads", data=typed, files=files)


@pytest.fixture
async def site(transactions: Transactions, clock: MovableClock) -> AsyncIterator[Site]:
    """A department was sent a request."""
    world, fake = await World(transactions, clock).build(), FakeDesk()
    await world.send(LIGHTS)
    tries = LinkDesk(transactions=transactions, clock=clock)
    office = Office(requests=world.desk, one_time_links=tries, closing=fake, duties=fake)
    app = plain_app(office, InboxSettings(upload_limit=300_000, json_limit=60_000))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inbox.test") as http:
        yield Site(world=world, fake=fake, http=http, token=world.token())


@pytest.mark.clause("2.8.10")
async def test_a_department_reads_the_request_and_answers_once(site: Site) -> None:
    shown = await site.http.get(f"/d/{site.token}")
    assert shown.status_code == 200
    for words in ("З-000001/2026", QUESTION, "Во дворе темно.", "до 1 декабря 2026 г. включительно"):
        assert words in shown.text
    assert "ivan@example.org" not in shown.text, "who the applicant is stays in the letter (2.10)"
    assert shown.headers["cache-control"] == "no-store"
    assert "script" not in shown.text.lower()
    thanks = await site.answer()
    assert (thanks.status_code, "Спасибо, ответ принят" in thanks.text) == (200, True)
    [memo] = await site.world.rows(Memo)
    assert (memo.number, memo.text, memo.file_name) == ("17-сз", "Освещение восстановлено 27 ноября.", "записка.docx")
    again = await site.answer()
    assert (again.status_code, "ответ уже получен" in again.text) == (410, True)
    assert (await site.http.get(f"/d/{site.token}")).status_code == 410


async def test_a_department_says_that_it_cannot(site: Site) -> None:
    said = {**TYPED, "outcome": "cannot", "reasons": "Нет ламп."}
    thanks = await site.answer(said, NO_FILE)
    assert (thanks.status_code, "Спасибо, сообщение принято" in thanks.text) == (200, True)
    assert (await site.world.appeal()).status == "cannot"


@pytest.mark.parametrize(
    ("typed", "files", "fault"),
    [
        pytest.param({**TYPED, "number": ""}, FILE, "Укажите номер служебной записки.", id="no number"),
        pytest.param({**TYPED, "outcome": ""}, FILE, "Выберите один из вариантов.", id="nothing chosen"),
        pytest.param({**TYPED, "dated_on": "вчера"}, FILE, "Укажите дату: день, месяц и год.", id="no date"),
        pytest.param({**TYPED, "dated_on": "2027-01-01"}, FILE, "Дата ещё не наступила.", id="a date to come"),
        pytest.param({**TYPED, "dated_on": "2026-01-01"}, FILE, "Дата раньше даты самого запроса.", id="an old date"),
        pytest.param(TYPED, NO_FILE, "Приложите файл служебной записки.", id="no file"),
        pytest.param(TYPED, {"file": ("a.docx", b"MZ\0\0", "x/y")}, "Подойдёт только файл Word", id="a program"),
        pytest.param(TYPED, {"file": ("a.docx", b"", "x/y")}, "Файл пуст.", id="an empty file"),
        pytest.param({**TYPED, "outcome": "cannot"}, FILE, "Укажите причины", id="cannot without reasons"),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(
    site: Site, typed: dict[str, str], files: dict[str, Any], fault: str
) -> None:
    signed = '"><b>Образцов'
    answer = await site.answer({**typed, "signed_by": signed}, files)
    assert answer.status_code == 400
    assert answer.text.count(fault) >= 2, "in the summary and at the field"
    assert 'value="&#34;&gt;&lt;b&gt;Образцов"' in answer.text
    assert "<b>" not in answer.text
    assert await site.world.rows(Memo) == []


async def test_a_body_too_large_is_answered_with_a_page(site: Site) -> None:
    answer = await site.answer(files={"file": ("a.pdf", b"%PDF-" + b"0" * 400_000, "application/pdf")})
    assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html; charset=utf-8")
    assert "Файл слишком большой" in answer.text
    assert "content-security-policy" in answer.headers
    api = await site.http.post("/api/anything", content=b"0" * 400_000, headers={"Sec-Fetch-Site": "same-origin"})
    assert api.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/d/unknown", 404, "Такой страницы нет"),
        ("/c/unknown", 404, "Такой страницы нет"),
        ("/c/used", 410, "По этой ссылке ответ уже получен"),
        ("/c/late", 410, "Срок действия ссылки истёк"),
        ("/k/used", 410, "По этой ссылке ответ уже получен"),
        ("/k/late", 410, "Срок действия ссылки истёк"),
    ],
)
async def test_a_link_that_opens_nothing_says_why(site: Site, path: str, status: int, words: str) -> None:
    answer = await site.http.get(path)
    assert (answer.status_code, words in answer.text) == (status, True)
    posted = await site.http.post(path + ("/uploads" if path.startswith("/d/") else ""), data={"a": "b"})
    assert posted.status_code == status


async def test_a_withdrawn_request_and_an_old_one_are_gone(site: Site) -> None:
    site.world.clock.move(days=30)
    answer = await site.answer()
    assert (answer.status_code, "Срок действия ссылки истёк" in answer.text) == (410, True)


async def test_too_many_tries_are_told_to_wait(site: Site) -> None:
    answers = [(await site.http.get("/d/guess")).status_code for _ in range(TRIES_OF_LINK)]
    assert set(answers) == {404}
    answer = await site.http.get("/d/guess")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "через 15 мин" in answer.text
    assert (await site.http.get(f"/d/{site.token}")).status_code == 200


@pytest.mark.parametrize(
    ("typed", "status", "heard"),
    [
        ({"solved": "yes", "score": "5", "comment": " Спасибо "}, 200, {"solved": True, "score": 5, "comment": "Спасибо"}),
        ({"solved": "no"}, 200, {"solved": False, "score": None, "comment": ""}),
        ({"score": "5"}, 400, None),
        ({"solved": "yes", "score": "6"}, 400, None),
        ({"solved": "yes", "score": "²"}, 400, None),
        ({"solved": "yes", "comment": "я" * 4001}, 400, None),
        ({"solved": "yes", "comment": "refused"}, 400, None),
    ],
    ids=["settled", "not settled", "nothing chosen", "no such score", "no number", "too long", "refused by the desk"],
)
async def test_an_applicant_confirms(site: Site, typed: dict[str, str], status: int, heard: Any) -> None:
    shown = await site.http.get("/c/good")
    assert (shown.status_code, "Темно &lt;b&gt;" in shown.text) == (200, True)
    answer = await site.http.post("/c/good", data=typed)
    assert answer.status_code == status
    assert site.fake.heard == ([heard] if heard else [])


@pytest.mark.parametrize(
    ("typed", "status", "heard"),
    [
        ({"current": "yes", "name": "Водин", "remarks": "left over"}, 200, {"name": "Водин", "remarks": ""}),
        ({"current": "no", "name": "Водин", "remarks": "Новый телефон"}, 200, {"name": "Водин", "remarks": "Новый телефон"}),
        ({"current": "no", "name": "Водин"}, 400, None),
        ({"current": "yes"}, 400, None),
        ({"name": "Водин"}, 400, None),
    ],
    ids=["all right", "changed", "changed but how", "by whom", "nothing chosen"],
)
@pytest.mark.clause("4.3")
async def test_a_department_confirms_its_knowledge(site: Site, typed: dict[str, str], status: int, heard: Any) -> None:
    shown = await site.http.get("/k/good")
    assert "Подтверждено 1 сентября 2026 г." in shown.text
    answer = await site.http.post("/k/good", data=typed)
    assert answer.status_code == status
    assert site.fake.heard == ([heard] if heard else [])


async def test_a_form_that_cannot_be_read_and_a_base_that_is_away_are_pages(site: Site) -> None:
    broken = await site.http.post("/c/good", content=b"--x", headers={"content-type": "multipart/form-data"})
    assert (broken.status_code, "Форму не удалось прочитать" in broken.text) == (400, True)
    with_file = await site.http.post("/c/good", files={"file": ("a.txt", b"a", "text/plain")})
    assert with_file.status_code == 400
    site.fake.refuses = OperationalError("select", {}, Exception())
    away = await site.http.get("/c/good")
    assert (away.status_code, "Сервис временно недоступен" in away.text) == (503, True)


async def test_the_style_sheet_is_ours_and_the_address_of_the_form_leads_back(site: Site) -> None:
    style = await site.http.get("/plain.css")
    assert (style.status_code, style.headers["content-type"].partition(";")[0]) == (200, "text/css")
    back = await site.http.get(f"/d/{site.token}/uploads")
    assert (back.status_code, back.headers["location"]) == (303, f"/d/{site.token}")
