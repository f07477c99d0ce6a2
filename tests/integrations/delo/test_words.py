"""Any text of a citizen arrives in the EDMS as it was written; what XML 1.0 cannot carry shows as a replacement."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from core.records.port import ControlState, RecordAuthor, RecordDocument, RecordFile, RecordKind, RecordTask
from integrations.delo.checking import OUTGOING, fault_of
from integrations.delo.composing import Enclosure, compose
from integrations.delo.vocabulary import clean
from tests.integrations.delo.conftest import ENVELOPE
from tests.integrations.delo.edms import SEV

FORBIDDEN = {*map(chr, range(0x20)), *map(chr, range(0xD800, 0xE000)), "\ufffe", "\uffff"} - {"\t", "\n", "\r"}
WORDS = st.text(alphabet=st.characters(categories=None, exclude_categories=()), min_size=1)


def a_document(words: str, kind: RecordKind = RecordKind.DOC_INFO, organisation: str = "") -> RecordDocument:
    """Says ``words`` wherever a person's words go."""
    task = RecordTask(
        id=1,
        number=words,
        text=words,
        department=words,
        official=words,
        position=words,
        control=ControlState.ENDED,
        deadline=date(2026, 12, 1),
        fact_date=date(2026, 11, 30),
        outcome=words,
    )
    return RecordDocument(
        kind=kind,
        message_id=UUID(int=1),
        return_id=UUID(int=2),
        made_at=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        appeal_id=1,
        number="А-000001/2026",
        registered_on=date(2026, 11, 25),
        control=ControlState.UNDER,
        deadline=date(2026, 12, 2),
        annotation=words,
        rubric=words,
        note=words,
        author=RecordAuthor(full_name=words, organisation=organisation, postal_address=words, phones=[words], emails=[words]),
        files=[RecordFile(key="k", file_name=words)],
        tasks=[task],
    )


def the_text(xml: bytes, path: str) -> str:
    steps = "/".join(f"sev:{step}" for step in path.split("/"))
    return str(etree.fromstring(xml).find(f".//{steps}", SEV).text)


@pytest.mark.parametrize("kind", RecordKind)
@pytest.mark.parametrize("legal", [False, True], ids=["person", "organisation"])
@example(words="\ud800")
@given(words=WORDS)
def test_any_words_arrive_in_a_valid_message(kind: RecordKind, legal: bool, words: str) -> None:
    document = a_document(words, kind, organisation=words if legal else "")
    enclosure = Enclosure(file=document.files[0], stored_as="file1.bin", size=1)
    xml = compose(document, ENVELOPE, [enclosure])
    assert fault_of(etree.fromstring(xml), OUTGOING) == ""
    expected = "".join("\ufffd" if sign in FORBIDDEN else sign for sign in words)
    where = "Author/Contact/Address/Text" if legal else "Author/PrivatePerson/FIO"
    for path in ("Annotation", "Note", "Rubric", where, "File/Description", "Task/Text", "Executor/Text", "Department/Name"):
        assert the_text(xml, path) == expected, path
    assert compose(document, ENVELOPE, [enclosure]) == xml


@pytest.mark.parametrize(
    ("words", "arrive"),
    [
        pytest.param("a ]]> b <b> & \"c\" 'd'", "a ]]> b <b> & \"c\" 'd'", id="markup"),
        pytest.param("<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;", None, id="a document type as words"),
        pytest.param("строка\r\nещё\tодна\n", None, id="line ends"),
        pytest.param("🔥👨‍👩‍👧‍👦", None, id="emoji"),
        pytest.param("\u202eабв\u202c עברית", None, id="right to left"),
        pytest.param("а\x00б\x08в\x1bг", "а\ufffdб\ufffdв\ufffdг", id="control characters"),
        pytest.param("\ufffe\uffff\ud800", "\ufffd\ufffd\ufffd", id="no characters at all"),
    ],
)
def test_what_a_person_may_write(words: str, arrive: str | None) -> None:
    xml = compose(a_document(words), ENVELOPE, [])
    assert the_text(xml, "Annotation") == (words if arrive is None else arrive)


@given(words=st.text(alphabet=st.characters(categories=None, exclude_categories=())))
def test_cleaning_is_done_once_and_changes_no_length(words: str) -> None:
    assert clean(clean(words)) == clean(words)
    assert len(clean(words)) == len(words)
