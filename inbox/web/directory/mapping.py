"""From the desks' words to the directory's models."""

from collections.abc import Iterable, Sequence
from datetime import date

from core.appeals.journals import Refused
from core.calendars.desk import CalendarDay, MovedTerm
from core.departments.addressing import Addressee
from core.departments.desk import DepartmentView, LiaisonView
from core.departments.model import Absence
from core.forms.desk import FormState
from core.knowledge.duties.desk import DutyRow
from core.people.merging import Alike
from core.people.model import ChannelIdentity
from core.people.page import CitizenPage, Talk
from core.staff.abilities import Ability
from core.staff.asker import Asker
from inbox.web import mapping
from inbox.web.directory import citizen_schemas, schemas, template_schemas

NAMED = 100
"""Moved terms that an answer names; its count is of all."""


def citizen(found: CitizenPage, asker: Asker, today: date) -> citizen_schemas.CitizenView:
    """A person with the newest of each list and with what the asker may do."""
    deeds = {"edit": Ability.EDIT_APPLICANT, "merge": Ability.MERGE_APPLICANTS}
    may = [name for name, ability in deeds.items() if asker.may(ability) and found.merged_into is None]
    return citizen_schemas.CitizenView.model_validate(
        {
            "card": mapping.card(found.card),
            "merged_into": found.merged_into,
            "accounts": [_account(one) for one in found.identities],
            "conversations": {"rows": [talk(one) for one in found.conversations.rows], "next": found.conversations.next},
            "appeals": {"rows": [mapping.appeal(one, today) for one in found.appeals.rows], "next": found.appeals.next},
            "left_messages": {
                "rows": [mapping.left_message(one) for one in found.left_messages.rows],
                "next": found.left_messages.next,
            },
            "merges": [citizen_schemas.CitizenMerge.model_validate(one, from_attributes=True) for one in found.merges],
            "actions": may,
        }
    )


def talk(found: Talk) -> citizen_schemas.CitizenTalk:
    """A conversation of a person."""
    names = [name for name in citizen_schemas.CitizenTalk.model_fields if name != "operator_name"]
    held = found.operator_name if found.conversation.mode == "operator" else ""
    return citizen_schemas.CitizenTalk.model_validate(
        {**{name: getattr(found.conversation, name) for name in names}, "operator_name": held}
    )


def alike(found: Alike) -> citizen_schemas.AlikeCitizen:
    """A card that may be of the same person."""
    shown = {"card": mapping.card(found.card), "full_name": found.card.full_name, "reasons": list(found.reasons)}
    return citizen_schemas.AlikeCitizen.model_validate({**shown, "appeals": found.appeals})


def refusal(found: Refused) -> schemas.RefusalLine:
    """A line of the journal."""
    return schemas.RefusalLine.model_validate(found, from_attributes=True)


def department(found: DepartmentView, today: date) -> schemas.DepartmentShown:
    """A department with its officials."""
    plain = [name for name in schemas.DepartmentShown.model_fields if name not in ("liaisons", "addressee")]
    return schemas.DepartmentShown.model_validate(
        {
            **{name: getattr(found.department, name) for name in plain},
            "liaisons": [liaison(one, today) for one in found.liaisons],
            "addressee": addressee(found.addressee),
        }
    )


def liaison(found: LiaisonView, today: date) -> schemas.LiaisonShown:
    """An official with their absences and who answers today."""
    plain = [name for name in schemas.LiaisonShown.model_fields if name not in ("absences", "answers")]
    return schemas.LiaisonShown.model_validate(
        {
            **{name: getattr(found.liaison, name) for name in plain},
            "absences": [absence(one, today) for one in found.absences],
            "answers": addressee(found.answers),
        }
    )


def absence(found: Absence, today: date) -> schemas.AbsenceView:
    """Days away."""
    plain = [name for name in schemas.AbsenceView.model_fields if name != "now"]
    away = found.first <= today <= found.last
    return schemas.AbsenceView.model_validate({**{name: getattr(found, name) for name in plain}, "now": away})


def addressee(found: Addressee | None) -> schemas.AddresseeView | None:
    """Who answers, when somebody does."""
    return schemas.AddresseeView.model_validate(found, from_attributes=True) if found else None


def year(number: int, today: date, days: Iterable[CalendarDay]) -> schemas.CalendarYear:
    """A year of the calendar."""
    shown = [schemas.CalendarDayView.model_validate(one, from_attributes=True) for one in days]
    return schemas.CalendarYear(year=number, today=today, days=shown)


def moved(found: Sequence[MovedTerm]) -> schemas.MovedTerms:
    """Terms that move; the first hundred of them by name."""
    rows = [schemas.MovedTermView.model_validate(one, from_attributes=True) for one in found[:NAMED]]
    return schemas.MovedTerms(count=len(found), rows=rows)


def form(found: FormState) -> template_schemas.FormView:
    """A standard form."""
    fields = [
        template_schemas.TemplateFieldView(name=one.name, label=one.label, required=one.required, columns=dict(one.item))
        for one in found.fields
    ]
    versions = [template_schemas.TemplateVersionView.model_validate(one, from_attributes=True) for one in found.versions]
    return template_schemas.FormView(name=found.name, title=found.title, fields=fields, versions=versions)


def duty(found: DutyRow) -> schemas.KnowledgeDutyView:
    """A line of the work list."""
    counted: dict[str, object] = {
        "department_name": found.department_name,
        "overdue": found.is_overdue,
        "articles": len(found.articles),
    }
    counted |= {"responsible": found.responsible, "titles": [{"id": one.id, "title": one.title} for one in found.articles]}
    plain = [name for name in schemas.KnowledgeDutyView.model_fields if name not in counted]
    return schemas.KnowledgeDutyView.model_validate({**{name: getattr(found.duty, name) for name in plain}, **counted})


def _account(found: ChannelIdentity) -> citizen_schemas.CitizenAccount:
    plain = {name: getattr(found, name) for name in ("id", "channel", "external_id", "display_name")}
    return citizen_schemas.CitizenAccount.model_validate({**plain, "blocked": found.blocked_at is not None})
