"""Marks on wrong answers of the bot, and the editor's word about them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.quality.bot_marks import MarkDecision, MarkForm, intents
from core.quality.model import BotMark
from core.quality.vocabulary import MarkState
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.quality import mapping
from inbox.web.quality import mark_schemas as schemas

router = APIRouter(route_class=MaskedRoute)
Id = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.post("/bot-marks")
async def mark_bot_answer(form: schemas.BotMarkForm, asker: SignedIn, office: Desks) -> schemas.BotMarkBrief:
    """Say that an answer of the bot is wrong."""
    given = MarkForm(fault=form.fault, note=form.note, right_intent=form.right_intent, right_article_id=form.right_article_id)
    return _brief(await office.quality.bot.mark(asker, form.message_id, given))


@router.get("/bot-marks")
async def bot_marks(
    asker: SignedIn,
    office: Desks,
    state: Annotated[MarkState | None, Query()] = None,
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.BotMarks:
    """50 marks, newest first."""
    found = await office.quality.bot.page(asker, state, before=before)
    return schemas.BotMarks(rows=[mapping.mark(one) for one in found.rows], next=found.next, waiting=found.waiting)


@router.get("/bot-marks/intents")
async def dialogue_intents(asker: SignedIn) -> list[schemas.IntentName]:
    """What a phrase may mean; for everybody who is signed in, it is no secret."""
    return [schemas.IntentName(name=name, title=title) for name, title in intents().items()]


@router.get("/bot-marks/{id}")
async def bot_mark(mark_id: Id, asker: SignedIn, office: Desks) -> schemas.BotMarkView:
    """One mark as it stands now."""
    return mapping.mark(await office.quality.bot.read(asker, mark_id))


@router.post("/bot-marks/{id}/decision")
async def decide_bot_mark(form: schemas.BotMarkDecisionForm, mark_id: Id, asker: SignedIn, office: Desks) -> schemas.BotMarkBrief:
    """Keep the phrase as an example, or reject the mark; 409 when a colleague decided since it was read, or it was exported."""
    return _brief(await office.quality.bot.decide(asker, mark_id, MarkDecision(**form.model_dump())))


@router.get("/conversations/{id}/bot-marks")
async def conversation_bot_marks(conversation_id: Id, asker: SignedIn, office: Desks) -> list[schemas.BotMarkBrief]:
    """The marks on answers in a conversation."""
    return [_brief(one) for one in await office.quality.bot.of_conversation(asker, conversation_id)]


def _brief(mark: BotMark) -> schemas.BotMarkBrief:
    return schemas.BotMarkBrief(id=mark.id or 0, message_id=mark.message_id, fault=mark.fault, state=mark.state)
