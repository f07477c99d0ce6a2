"""A column that holds a contact is sealed, or stays in clear for a reason that is named here and in ADR 0035."""

import re

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, Text
from sqlmodel import AutoString, SQLModel

import core.tables  # noqa: F401  # all of them are known
from db.types import Marked, Sealed, UtcDateTime

CONTACT = re.compile(
    r"phone|mail|address|caller|callee|number|recipient|external|contact|reply_to|sender|login|lane|copy_to|msisdn"
)
"""What a column is called that may hold a telephone or an address of somebody."""
OFFICIAL = "an official's, of a body of power: public by the regulation"
OURS = "an address or a name of the centre itself"
COUNTED = "a number that we count or another system counts: no telephone"
CLEAR: dict[str, str] = {
    "department.email": OFFICIAL,
    "department.phone": OFFICIAL,
    "department.head_email": OFFICIAL,
    "liaison.email": OFFICIAL,
    "liaison.phone": OFFICIAL,
    "absence.substitute_email": OFFICIAL,
    "absence.substitute_phone": OFFICIAL,
    "information_request.addressee_name": OFFICIAL,
    "information_request.addressee_position": OFFICIAL,
    "information_request.addressee_email": OFFICIAL,
    "information_request.copy_to": OFFICIAL,
    "staff_member.login": "an operator's name at the door",
    "staff_session.address": "an operator's machine, for their list of sessions",
    "phone_line.address": OURS,
    "mail.mailbox": OURS,
    "news_item.phone_key": OURS,
    "call_leg.address_kind": "what sort of address it is",
    "appeal.address": "the place in the city that the appeal is about, not where its applicant lives",
    "appeal.address_key": "the same place, as it is compared",
    "appeal.registration_number": COUNTED,
    "information_request.number": COUNTED,
    "records_message.delo_number": COUNTED,
    "memo.number": COUNTED,
    "duty_update.external_id": COUNTED,
    "duty_update.lane": "a topic of the staff's duty chat",
    "message.external_id": COUNTED,
    "inbound_item.external_id": COUNTED,
}
"""What stays in clear, by its table and column."""


def in_clear(metadata: MetaData) -> set[str]:
    """The columns that are called like a contact and whose text anybody can read who reads the database."""
    return {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if CONTACT.search(column.name) and isinstance(column.type, String | AutoString)
    }


def test_no_contact_is_in_clear_without_a_reason() -> None:
    assert in_clear(SQLModel.metadata) == set(CLEAR), "seal it (core.table.sealed), or name the reason here and in ADR 0035"


@pytest.mark.parametrize(
    ("column", "is_found"),
    [
        pytest.param(Column("second_phone", String(32)), True, id="a telephone in clear"),
        pytest.param(Column("answer_email", Text()), True, id="an address in clear"),
        pytest.param(Column("second_phone", Sealed("card.second_phone")), False, id="sealed"),
        pytest.param(Column("second_phone_mark", Marked()), False, id="its mark"),
        pytest.param(Column("emailed_at", UtcDateTime()), False, id="a moment"),
        pytest.param(Column("phone_count", Integer()), False, id="a count"),
        pytest.param(Column("topic", Text()), False, id="something else"),
    ],
)
def test_a_new_column_is_seen(column: Column[object], is_found: bool) -> None:
    tables = MetaData()
    Table("card", tables, column)
    assert bool(in_clear(tables)) == is_found
