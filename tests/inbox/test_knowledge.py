"""The editor of the knowledge base over HTTP: hostile words, refusals in Russian, files, what is handed out."""

import httpx
import pytest
import yaml

from core.departments.model import Department
from core.knowledge.articles import count_words_change
from core.knowledge.model import Article, InformationItem
from core.knowledge.seeding import SEEDS, read_items
from core.vocabulary import Role
from tests.inbox.test_access import SignIn
from tests.inbox.world import Centre

ARTICLES = "/api/knowledge/articles"
WHOLE = {"title": "Каток", "answer": "Открыт.", "item_no": 4, "department": "culture", "questions": ["где каток"]}


@pytest.fixture
async def base(centre: Centre) -> Centre:
    async with centre.transactions.begin() as tx:
        tx.add_all(Department(**row) for row in yaml.safe_load((SEEDS / "departments.yaml").read_text(encoding="utf-8")))
        tx.add_all(InformationItem(**row) for row in read_items())
        await count_words_change(tx)
    return centre


async def draft(browser: httpx.AsyncClient, **changes: object) -> dict[str, int]:
    answer = await browser.post(ARTICLES, json={**WHOLE, **changes})
    assert answer.status_code == 200, answer.text
    made: dict[str, int] = answer.json()
    return made


async def test_hostile_words_are_kept_as_letters_and_lead_nowhere(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    hostile = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) \u202eab\u200bc\x00 {{7*7}} https://a.example/"onx=1'
    made = await draft(browser, title=hostile, answer=hostile)
    shown = (await browser.get(f"{ARTICLES}/{made['id']}")).json()
    assert "\u202e" not in shown["title"] and "\u200b" not in shown["answer"] and "\x00" not in shown["answer"]
    spans = [span for block in shown["blocks"] for line in block["lines"] for span in line]
    assert [span["href"] for span in spans if span["href"]] == ["https://a.example/"]
    look = (await browser.post("/api/knowledge/look", json={"answer": hostile})).json()
    assert "<img src=x onerror=alert(1)>" in look["written"]


async def test_a_huge_text_is_refused_in_words(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    megabyte = await browser.post(ARTICLES, json={"answer": "я" * 1_000_000})
    assert (megabyte.status_code, megabyte.json()["message"]) == (413, "Слишком большой объём данных.")
    long = await browser.post(ARTICLES, json={"answer": "я" * 20_001})
    assert (long.status_code, set(long.json()["fields"])) == (400, {"answer"})


@pytest.mark.clause("4.5")
async def test_whoever_wrote_is_told_why_they_may_not_approve(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.SUPERVISOR)
    made = await draft(browser, department=None)
    refused = await browser.post(f"{ARTICLES}/{made['id']}/submit", json={"version": made["version"]})
    assert refused.json()["fields"] == {"department": "Заполните это поле."}
    made = (await browser.put(f"{ARTICLES}/{made['id']}", json={**WHOLE, "version": made["version"]})).json()
    made = (await browser.post(f"{ARTICLES}/{made['id']}/submit", json={"version": made["version"]})).json()
    own = await browser.post(f"{ARTICLES}/{made['id']}/approve", json={"version": made["version"], "publish": True})
    assert (own.status_code, own.json()["code"]) == (403, "own_article")
    other = await sign_in(Role.SENIOR)
    done = await other.post(f"{ARTICLES}/{made['id']}/approve", json={"version": made["version"], "publish": True})
    assert done.json()["status"] == "published"
    late = await browser.put(f"{ARTICLES}/{made['id']}", json={**WHOLE, "version": made["version"]})
    assert late.status_code == 409


async def test_documents_come_in_and_articles_go_out(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    words = "# Каток\n\n- Вид информации: 4\n\nОткрыт зимой.".encode()
    good = (await browser.post("/api/knowledge/imports/uploads", files={"file": ("а.md", words)})).json()
    assert [one["title"] for one in good["articles"]] == ["Каток"] and not good["refused"]
    bad = (await browser.post("/api/knowledge/imports/uploads", files={"file": ("b.docx", b"\x00\x01")})).json()
    assert bad["articles"] == [] and bad["refused"].startswith("Это не документ Word")
    number = good["articles"][0]["id"]
    original = await browser.get(f"{ARTICLES}/{number}/original")
    assert original.content == words and original.headers["content-disposition"].startswith("attachment")
    out = await browser.get("/api/knowledge/export", params={"shape": "yaml", "id": number})
    again = await browser.post("/api/knowledge/imports/uploads", files={"file": ("k.yaml", out.content)})
    assert again.json()["articles"][0]["title"] == "Каток"
    assert (await browser.get("/api/knowledge/export", params={"id": 999_999})).status_code == 404


async def test_a_file_is_saved_and_never_run(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    made = await draft(browser)
    path = f"{ARTICLES}/{made['id']}/files"
    added = await browser.post(
        f"{path}/uploads?version={made['version']}", files={"file": ("x.html", b"<script>alert(1)</script>")}
    )
    assert added.status_code == 200
    (file,) = (await browser.get(f"{ARTICLES}/{made['id']}")).json()["files"]
    given = await browser.get(f"{path}/{file['id']}")
    assert given.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in given.headers["content-security-policy"]


async def test_without_a_speech_service_that_is_said(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    assert (await browser.post("/api/knowledge/aloud", json={"answer": "Открыт."})).headers["content-type"] == "audio/wav"
    base.aloud.away = "not_set_up"
    answer = await browser.post("/api/knowledge/aloud", json={"answer": "Открыт."})
    assert (answer.status_code, answer.json()["message"][:29]) == (503, "Служба речи не подключена: пр")


async def test_operators_see_letters_only(base: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.OPERATOR)
    assert (await browser.get(ARTICLES)).status_code == 403
    assert (await base.rows(Article)) == []
