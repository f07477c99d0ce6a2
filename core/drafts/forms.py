"""Which forms have drafts: what each is about, and who may fill it in. A form that is not here keeps nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from sqlmodel import SQLModel

from core.appeals.model import Appeal
from core.calls.model import CallTask, Satisfaction
from core.conversations.model import Conversation, Message, NewsItem
from core.departments.model import Department, Liaison
from core.knowledge.model import Article, ArticleRemark, KnowledgeDuty, KnowledgeState
from core.mail.model import Mail
from core.people.model import Applicant
from core.phone.model import CallBack, Recording
from core.quality.model import BotMark, QualityReview
from core.replies.model import Reply
from core.requests.model import InformationRequest
from core.staff.abilities import Ability
from core.staff.model import StaffMember

NEW: Final = 0
"""The number of what is not there yet: a form that makes something new is about it, one draft for each of its authors."""


class DraftKind(StrEnum):
    """A form, by what it makes."""

    REPLY = "reply"
    """A reply in a conversation."""
    NOTE = "note"
    REGISTER = "register"
    """An appeal registered from a conversation or a call."""
    REQUEST = "request"
    """An information request to departments."""
    REFUSAL = "refusal"
    """Words of an appeal that is not registered."""
    CARD = "card"
    """The applicant's card in a conversation."""
    CITIZEN = "citizen"
    """The same card on its own page."""
    EDIT = "edit"
    """The card of an appeal, typed anew."""
    CLARIFIED = "clarified"
    FORWARD = "forward"
    REOPEN = "reopen"
    SPLIT = "split"
    MEMO = "memo"
    """A department's official note that came on paper."""
    MAIL_ANSWER = "mail_answer"
    """A department's mail that becomes its note."""
    WITHDRAWAL = "withdrawal"
    """Why a request is withdrawn."""
    LETTER = "letter"
    """A reply on paper, by mail, by telephone, typed over its saved text."""
    CALL = "call"
    """How an attempt of the call list ended."""
    EXPLANATION = "explanation"
    """Why a card is closed although the applicant is not satisfied."""
    CALL_BACK = "call_back"
    """How calling back ended."""
    OBJECTION = "objection"
    """What an operator says against a review of their work."""
    DECISION = "decision"
    """The head's answer to it."""
    WRONG_ANSWER = "wrong_answer"
    """What is wrong with an answer of the bot."""
    BOT_DECISION = "bot_decision"
    """The editor's word about such a mark."""
    REMARK = "remark"
    """A reviewer's remark to a message."""
    SOUND_REMARK = "sound_remark"
    """A reviewer's remark to a second of a recording."""
    ARTICLE_REMARK = "article_remark"
    """What an operator finds wrong in an article."""
    SETTLING = "settling"
    """What was done about it."""
    RETURN = "return"
    """Why an article goes back to its writers."""
    SYNONYMS = "synonyms"
    TOPICS = "topics"
    DUTY = "duty"
    """What a department said of its articles."""
    NEWS = "news"
    HOLD = "hold"
    """Why nothing of a person may be erased."""
    ERASURE = "erasure"
    """Who asked for an erasure, and how."""
    ACCOUNT = "account"
    """Name and role; never a password."""
    DEPARTMENT = "department"
    LIAISON = "liaison"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftForm:
    """``about``: the table of what the form is about; ``ability``: who fills it in; ``makes_new``: also what is not there yet."""

    about: type[SQLModel]
    ability: Ability
    makes_new: bool = False


FORMS: Mapping[DraftKind, DraftForm] = MappingProxyType(
    {
        DraftKind.REPLY: DraftForm(about=Conversation, ability=Ability.NOTE),
        DraftKind.NOTE: DraftForm(about=Conversation, ability=Ability.NOTE),
        DraftKind.REGISTER: DraftForm(about=Conversation, ability=Ability.REGISTER),
        DraftKind.REFUSAL: DraftForm(about=Conversation, ability=Ability.REFUSE),
        DraftKind.CARD: DraftForm(about=Conversation, ability=Ability.EDIT_APPLICANT),
        DraftKind.CITIZEN: DraftForm(about=Applicant, ability=Ability.EDIT_APPLICANT),
        DraftKind.REQUEST: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.EDIT: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.CLARIFIED: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.FORWARD: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.REOPEN: DraftForm(about=Appeal, ability=Ability.REOPEN),
        DraftKind.SPLIT: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.MEMO: DraftForm(about=Appeal, ability=Ability.WORK_CASE),
        DraftKind.MAIL_ANSWER: DraftForm(about=Mail, ability=Ability.WORK_CASE),
        DraftKind.WITHDRAWAL: DraftForm(about=InformationRequest, ability=Ability.WORK_CASE),
        DraftKind.LETTER: DraftForm(about=Reply, ability=Ability.WORK_CASE),
        DraftKind.CALL: DraftForm(about=CallTask, ability=Ability.WORK_CASE),
        DraftKind.EXPLANATION: DraftForm(about=Satisfaction, ability=Ability.WORK_CASE),
        DraftKind.CALL_BACK: DraftForm(about=CallBack, ability=Ability.WORK_CASE),
        DraftKind.OBJECTION: DraftForm(about=QualityReview, ability=Ability.READ_OWN_QUALITY),
        DraftKind.DECISION: DraftForm(about=QualityReview, ability=Ability.MANAGE_QUALITY),
        DraftKind.WRONG_ANSWER: DraftForm(about=Message, ability=Ability.MARK_BOT),
        DraftKind.BOT_DECISION: DraftForm(about=BotMark, ability=Ability.EDIT_KNOWLEDGE),
        DraftKind.REMARK: DraftForm(about=Message, ability=Ability.REVIEW_QUALITY),
        DraftKind.SOUND_REMARK: DraftForm(about=Recording, ability=Ability.REVIEW_QUALITY),
        DraftKind.ARTICLE_REMARK: DraftForm(about=Article, ability=Ability.READ_KNOWLEDGE),
        DraftKind.SETTLING: DraftForm(about=ArticleRemark, ability=Ability.EDIT_KNOWLEDGE),
        DraftKind.RETURN: DraftForm(about=Article, ability=Ability.APPROVE_KNOWLEDGE),
        DraftKind.SYNONYMS: DraftForm(about=KnowledgeState, ability=Ability.EDIT_KNOWLEDGE, makes_new=True),
        DraftKind.TOPICS: DraftForm(about=KnowledgeState, ability=Ability.EDIT_KNOWLEDGE, makes_new=True),
        DraftKind.DUTY: DraftForm(about=KnowledgeDuty, ability=Ability.EDIT_KNOWLEDGE),
        DraftKind.NEWS: DraftForm(about=NewsItem, ability=Ability.PLACE_NEWS, makes_new=True),
        DraftKind.HOLD: DraftForm(about=Applicant, ability=Ability.HOLD_BACK),
        DraftKind.ERASURE: DraftForm(about=Applicant, ability=Ability.COPY_CITIZEN),
        DraftKind.ACCOUNT: DraftForm(about=StaffMember, ability=Ability.MANAGE_STAFF, makes_new=True),
        DraftKind.DEPARTMENT: DraftForm(about=Department, ability=Ability.EDIT_DIRECTORY),
        DraftKind.LIAISON: DraftForm(about=Liaison, ability=Ability.EDIT_DIRECTORY, makes_new=True),
        DraftKind.ABSENCE: DraftForm(about=Liaison, ability=Ability.EDIT_DIRECTORY),
    }
)


def subject_of(kind: DraftKind) -> str:
    """What a form is about, as its drafts name it."""
    return str(FORMS[kind].about.__tablename__)
