"""What is typed into a request, looked at before it is used."""

from collections.abc import Mapping, Sequence

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.departments.addressing import Addressee
from core.departments.model import Department
from core.errors import Invalid
from core.staff.cleaning import clean_line, clean_text

QUESTION_LIMIT = 4000
DEPARTMENTS_LIMIT = 20
KEY_LIMIT = 60
_THESE = select(Department).where(col(Department.key).in_(bindparam("keys", expanding=True)))


def checked_question(question: str, departments: Sequence[str]) -> str:
    """The question, made safe to keep; raises Invalid (fields: question, departments)."""
    question, fields = clean_text(question).strip(), {}
    if not question or len(question) > QUESTION_LIMIT:
        fields["question"] = "string_too_long" if question else "missing"
    if not departments or len(departments) > DEPARTMENTS_LIMIT:
        fields["departments"] = "too_long" if departments else "missing"
    if fields:
        raise Invalid("the request cannot be sent so", fields=fields)
    return question


def checked_key(client_key: str) -> str:
    """A key that a screen made for one press of a button; raises Invalid (fields: client_key)."""
    if not client_key or len(client_key) > KEY_LIMIT:
        raise Invalid("no key", fields={"client_key": "string_too_long" if client_key else "missing"})
    return client_key


def outsider(name: str, position: str, email: str) -> Addressee:
    """A person on no list, by name and e-mail; raises Invalid (fields: name, email)."""
    name, fields = clean_line(name), {}
    if not name:
        fields["name"] = "missing"
    try:
        email = validate_email(clean_line(email, 320), check_deliverability=False).normalized
    except EmailNotValidError:
        fields["email"] = "unreadable_email"
    if fields:
        raise Invalid("nobody to write to", fields=fields)
    return Addressee(liaison_id=None, full_name=name, position=clean_line(position, 400), email=email, phone="")


async def departments_of(tx: AsyncSession, keys: Sequence[str]) -> Mapping[str, Department]:
    """The departments once each, in the order asked for; raises Invalid for an unknown one."""
    found = {one.key: one for one in (await tx.exec(_THESE, params={"keys": list(keys)})).all()}
    if any(key not in found for key in keys):
        raise Invalid("no such department", fields={"departments": "no_department"})
    return {key: found[key] for key in dict.fromkeys(keys)}
