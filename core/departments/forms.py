"""What is typed into the directory, and what is wrong with it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from email_validator import EmailNotValidError, validate_email
from sqlmodel import SQLModel

from core.errors import Invalid
from core.staff.cleaning import clean_line


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentEdit:
    """A department as it was typed; ``copy_to_head``: its head gets copies of requests (needs ``head_email``).

    ``version`` is the one over which it was typed.
    """

    name: str
    note: str = ""
    email: str = ""
    phone: str = ""
    head_name: str = ""
    head_position: str = ""
    head_email: str = ""
    copy_to_head: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiaisonEdit:
    """An official as they were typed; ``version`` is the one over which it was done."""

    full_name: str
    position: str
    department: str
    email: str = ""
    phone: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceForm:
    """Days away, the first and the last included; the substitute is another liaison, or a person by name, or nobody."""

    liaison_id: int
    first: date
    last: date
    substitute_id: int | None = None
    substitute_name: str = ""
    substitute_position: str = ""
    substitute_email: str = ""
    substitute_phone: str = ""
    reason: str = ""


def cleaned(form: DepartmentEdit | LiaisonEdit | AbsenceForm) -> dict[str, object]:
    """Lines without signs that lie, as long as they are."""
    return {
        name: clean_line(value, None) if isinstance(value, str) else value
        for name, value in asdict(form).items()
        if name != "version"
    }


def faults(table: type[SQLModel], typed: dict[str, object], *, needed: Sequence[str], emails: Sequence[str]) -> dict[str, str]:
    """By field, why it cannot be saved: longer than its column, an address that is none, a needed one that is empty."""
    columns = table.metadata.tables[str(table.__tablename__)].columns
    fields = {name: "missing" for name in needed if not typed[name]}
    for name, value in typed.items():
        if isinstance(value, str) and len(value) > columns[name].type.length:  # type: ignore[attr-defined]  # every text has one
            fields[name] = "too_long"
    for name in emails:
        try:
            if typed[name] and name not in fields:
                validate_email(str(typed[name]), check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            fields[name] = "unreadable_email"
    return fields


def refuse(fields: dict[str, str]) -> None:
    """Raises Invalid when there are faults."""
    if fields:
        raise Invalid("the directory cannot be saved so", fields=fields)
