"""What each role may do: the one table behind every check and every button (reg. 2.6, 2.7, 2.10)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.vocabulary import Role


class Ability(StrEnum):
    """One kind of deed."""

    READ_INBOX = "inbox.read"
    READ_PERSONAL = "personal.read"
    """Sees names, telephones, addresses as they are; whoever does not sees them masked."""
    REVEAL_PERSONAL = "personal.reveal"
    """Sees them for one object, for a reason that is written down."""
    WORK_SHIFT = "shift.work"
    TAKE = "conversation.take"
    TAKE_OVER = "conversation.take_over"
    REPLY = "conversation.reply"
    NOTE = "conversation.note"
    HAND_BACK = "conversation.hand_back"
    CLOSE = "conversation.close"
    EDIT_APPLICANT = "applicant.edit"
    REGISTER = "appeal.register"
    REFUSE = "appeal.refuse"
    REVIEW_LEFT = "left_message.review"
    WORK_CASE = "appeal.work"
    ASSIGN = "appeal.assign"
    REOPEN = "appeal.reopen"
    READ_REFUSALS = "refusal.read"
    MERGE_APPLICANTS = "applicant.merge"
    EDIT_DIRECTORY = "directory.edit"
    EDIT_CALENDAR = "calendar.edit"
    EDIT_TEMPLATES = "template.edit"
    READ_KNOWLEDGE = "knowledge.read"
    EDIT_KNOWLEDGE = "knowledge.edit"
    APPROVE_KNOWLEDGE = "knowledge.approve"
    PLACE_NEWS = "news.place"
    APPROVE_NEWS = "news.approve"
    EDIT_MENU = "menu.edit"
    EDIT_NUMBERS = "menu.numbers"
    PUBLISH_MENU = "menu.publish"
    CLOSE_OFFICE = "office.close"
    READ_REPORTS = "report.read"
    MAKE_REPORTS = "report.make"
    HEAR_RECORDINGS = "recording.hear"
    REVIEW_QUALITY = "quality.review"
    MANAGE_QUALITY = "quality.manage"
    READ_OWN_QUALITY = "quality.read_own"
    MARK_BOT = "bot.mark"
    READ_AUDIT = "audit.read"
    READ_KEEPING = "keeping.read"
    HOLD_BACK = "keeping.hold"
    COPY_CITIZEN = "citizen.copy"
    ERASE_CITIZEN = "citizen.erase"
    MANAGE_STAFF = "staff.manage"


_OPERATOR = frozenset(
    {
        Ability.READ_INBOX,
        Ability.READ_PERSONAL,
        Ability.WORK_SHIFT,
        Ability.TAKE,
        Ability.REPLY,
        Ability.NOTE,
        Ability.HAND_BACK,
        Ability.CLOSE,
        Ability.EDIT_APPLICANT,
        Ability.REGISTER,
        Ability.REFUSE,
        Ability.REVIEW_LEFT,
        Ability.WORK_CASE,
        Ability.REOPEN,
        Ability.READ_KNOWLEDGE,
        Ability.HEAR_RECORDINGS,
        Ability.READ_OWN_QUALITY,
        Ability.MARK_BOT,
    }
)
_SENIOR = _OPERATOR | {
    Ability.TAKE_OVER,
    Ability.ASSIGN,
    Ability.MERGE_APPLICANTS,
    Ability.APPROVE_KNOWLEDGE,
    Ability.REVIEW_QUALITY,
    Ability.COPY_CITIZEN,
}

ABILITIES: Mapping[Role, frozenset[Ability]] = MappingProxyType(
    {
        Role.OPERATOR: _OPERATOR,
        Role.SENIOR: _SENIOR,
        Role.SUPERVISOR: _SENIOR
        | {
            Ability.READ_REPORTS,
            Ability.MAKE_REPORTS,
            Ability.READ_AUDIT,
            Ability.EDIT_KNOWLEDGE,
            Ability.READ_REFUSALS,
            Ability.EDIT_DIRECTORY,
            Ability.EDIT_TEMPLATES,
            Ability.APPROVE_NEWS,
            Ability.EDIT_MENU,
            Ability.EDIT_NUMBERS,
            Ability.PUBLISH_MENU,
            Ability.CLOSE_OFFICE,
            Ability.MANAGE_QUALITY,
            Ability.READ_KEEPING,
            Ability.HOLD_BACK,
            Ability.ERASE_CITIZEN,
        },
        Role.KNOWLEDGE_EDITOR: frozenset({Ability.READ_KNOWLEDGE, Ability.EDIT_KNOWLEDGE, Ability.APPROVE_KNOWLEDGE}),
        Role.PRESS: frozenset({Ability.READ_KNOWLEDGE, Ability.PLACE_NEWS, Ability.APPROVE_NEWS, Ability.EDIT_MENU}),
        Role.AUDITOR: frozenset(
            {
                Ability.READ_INBOX,
                Ability.REVEAL_PERSONAL,
                Ability.READ_KNOWLEDGE,
                Ability.READ_REPORTS,
                Ability.READ_AUDIT,
                Ability.READ_REFUSALS,
                Ability.READ_KEEPING,
                Ability.HEAR_RECORDINGS,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                Ability.READ_KNOWLEDGE,
                Ability.MANAGE_STAFF,
                Ability.READ_KEEPING,
                Ability.READ_AUDIT,
                Ability.EDIT_DIRECTORY,
                Ability.EDIT_CALENDAR,
                Ability.EDIT_TEMPLATES,
                Ability.EDIT_MENU,
                Ability.EDIT_NUMBERS,
                Ability.PUBLISH_MENU,
                Ability.CLOSE_OFFICE,
            }
        ),
    }
)
"""An administrator of accounts and a press officer do not read what citizens wrote (2.10)."""
