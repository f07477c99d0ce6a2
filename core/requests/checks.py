"""What is typed into a request, looked at before it is used."""

from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email

from core.departments.addressing import Addressee
from core.errors import Invalid
from core.staff.cleaning import clean_line, clean_text

QUESTION_LIMIT = 4000
DEPARTMENTS_LIMIT = 20
KEY_LIMIT = 60


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
