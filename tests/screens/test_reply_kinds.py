"""Replies that are not the final one: one that did not arrive, and the letter that asks to confirm (reg. 2.8.10, 2.8.11)."""

from datetime import timedelta

import pytest
from playwright.async_api import expect

from core.replies.desk import ReplyDraft
from core.replies.model import Reply
from core.vocabulary import ReplyForm, ReplyKind
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf
from tests.screens.test_replies import fails


@pytest.mark.clause("2.8.10")
async def test_an_interim_reply_that_did_not_arrive_is_the_one_that_goes_another_way(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.EMAIL, reply_to="primer@example.org")
    screen = await screen_of()
    asker, expected = screen.member.asker, centre.clock.today() + timedelta(days=20)
    interim = ReplyDraft(kind=ReplyKind.INTERIM, reasons="Нужен осмотр на месте.", expected_on=expected)
    draft = await centre.replies.draft(asker, appeal_id, interim)
    await centre.replies.send(asker, draft.id or 0, draft.version)
    await fails(centre)
    await screen.goto(f"/appeals/{appeal_id}")
    await screen.page.get_by_role("button", name="Отправить ответ другим способом").click()
    dialog = screen.page.get_by_role("dialog", name="Промежуточный ответ")
    await expect(dialog.get_by_label("Причины")).to_have_value("Нужен осмотр на месте.")
    await dialog.get_by_role("button", name="Отправить", exact=True).click()
    await expect(dialog).to_have_count(0)
    (reply,) = await centre.rows(Reply)
    assert (reply.kind, reply.form, reply.tried) == ("interim", "telegram", ["email"])


@pytest.mark.clause("2.8.11")
async def test_a_letter_that_asks_to_confirm_is_not_sent_by_hand(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id, screen = await centre.an_appeal(), await screen_of()
    asked = {"kind": "confirmation", "form": "email", "address": "primer@example.org", "body": "Подтвердите, пожалуйста."}
    async with centre.transactions.begin() as tx:
        tx.add(Reply(appeal_id=appeal_id, **asked, state="failed", error="550", drafted_at=centre.clock.now()))
    await screen.goto(f"/appeals/{appeal_id}")
    replies = screen.page.get_by_role("region", name="Ответы заявителю")
    await expect(replies).to_contain_text("Просьба подтвердить решение")
    await expect(replies.get_by_role("button")).to_have_text(["Написать ответ"])
