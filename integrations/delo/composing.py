"""A card or a report as an XML message of the exchange format (see vocabulary: what is known of it, and what is our choice)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from lxml import etree

from core.records.port import RecordAuthor, RecordDocument, RecordFile, RecordKind, RecordTask
from integrations.delo.vocabulary import CONTROL, MESSAGE_TYPES, NAMESPACE, PRODUCT, ROOTS, VERSION, Party, clean, uid_of

Node: TypeAlias = etree._Element  # lxml has no public name for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that lies beside the XML under ``stored_as``; ``size`` in bytes."""

    file: RecordFile
    stored_as: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who writes to whom. ``resource_id`` is the number of the XML itself in the list of resources; files are counted from it."""

    sender: Party
    recipient: Party
    resource_id: int = 0


def compose(document: RecordDocument, envelope: Envelope, enclosures: Sequence[Enclosure]) -> bytes:
    """The message in UTF-8; the same document gives the same bytes."""
    root = etree.Element(_name(ROOTS[document.kind]), nsmap={None: NAMESPACE})
    _header(root, document, envelope, enclosures)
    if document.kind is RecordKind.REPORT:
        _notification(root, document)
    _document(_child(root, "DocumentList"), document, envelope, enclosures)
    if document.tasks:
        tasks = _child(root, "TaskList")
        for task in document.tasks:
            _task(tasks, task, envelope.recipient)
    if document.kind is RecordKind.DOC_INFO:
        _subscriptions(root)
    message: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return message


def xml_name(document: RecordDocument) -> str:
    """The file of the message itself."""
    return f"{ROOTS[document.kind]}.xml"


def _header(root: Node, document: RecordDocument, envelope: Envelope, enclosures: Sequence[Enclosure]) -> None:
    header = _child(
        root,
        "Header",
        MessageID=str(document.message_id),
        Version=VERSION,
        Time=document.made_at.isoformat(timespec="seconds"),
        MessageType=MESSAGE_TYPES[document.kind],
        ReturnID=str(document.return_id),
        ResourceID=str(envelope.resource_id),
    )
    sender = _child(header, "Sender")
    _organisation(_child(sender, "Contact"), envelope.sender)
    _child(sender, "EDMS", UID=str(PRODUCT), Version=VERSION)
    _organisation(_child(_child(header, "Recipient"), "Contact"), envelope.recipient)
    resources = _child(header, "ResourceList")
    _child(resources, "Resource", UID=str(envelope.resource_id), UniqueName=xml_name(document))
    for number, enclosure in enumerate(enclosures, envelope.resource_id + 1):
        _child(resources, "Resource", UID=str(number), UniqueName=enclosure.stored_as)


def _notification(root: Node, document: RecordDocument) -> None:
    notification = _child(root, "Notification")
    initial = _child(notification, "InitialDoc", UID=uid_of("appeal", document.appeal_id))
    _registration(initial, document)
    _child(notification, "Report")


def _document(parent: Node, document: RecordDocument, envelope: Envelope, enclosures: Sequence[Enclosure]) -> None:
    node = _child(
        parent,
        "Document",
        UID=uid_of("appeal", document.appeal_id),
        DocumentID=str(document.appeal_id),
        Type="Incoming",
        MainDocument="true",
    )
    _registration(_child(node, "RegistrationInfo"), document)
    control = _child(node, "Control", State=CONTROL[document.control])
    _day(control, "Deadline", document.deadline)
    _day(control, "FactDate", document.fact_date)
    _text(node, "Annotation", document.annotation)
    _text(node, "Note", document.note)
    _text(node, "Rubric", document.rubric)
    for number, enclosure in enumerate(enclosures, envelope.resource_id + 1):
        _file(node, enclosure, number, document.appeal_id)
    _author(_child(node, "Author"), document.author)


def _author(node: Node, author: RecordAuthor) -> None:
    if author.organisation:
        place = _child(node, "Contact")
        _organisation(place, Party(name=author.organisation))
        if author.full_name:
            _text(_child(place, "OfficialPerson"), "FIO", author.full_name)
    else:
        place = _child(node, "PrivatePerson")
        _text(place, "FIO", author.full_name)
    if author.postal_address:
        _text(_child(place, "Address"), "Text", author.postal_address)
    for kind, values in (("Phone", author.phones), ("Email", author.emails)):
        for value in values:
            _child(place, "Econtact", Type=kind).text = clean(value)


def _file(node: Node, enclosure: Enclosure, number: int, appeal_id: int) -> None:
    uid = uid_of("file", appeal_id, enclosure.file.key, enclosure.file.file_name)
    file = _child(node, "File", UID=uid, ResourceID=str(number), Size=str(enclosure.size))
    _text(file, "Description", enclosure.file.file_name or enclosure.stored_as)
    _text(file, "Extension", enclosure.stored_as.rpartition(".")[2])


def _task(parent: Node, task: RecordTask, administration: Party) -> None:
    node = _child(parent, "Task", UID=uid_of("task", task.id), TaskID=str(task.id), Type="Resolution", Privacy="false")
    _text(node, "Number", task.number)
    _text(node, "Text", task.text)
    executor = _child(node, "Executor", Responsible="true")
    contact = _child(executor, "Contact")
    _organisation(contact, administration)
    _text(_child(contact, "Department"), "Name", task.department)
    if task.official:
        official = _child(contact, "OfficialPerson")
        _text(official, "FIO", task.official)
        _text(official, "Post", task.position)
    _text(executor, "Text", task.outcome)
    control = _child(node, "Control", State=CONTROL[task.control])
    _day(control, "Deadline", task.deadline)
    _day(control, "FactDate", task.fact_date)
    _child(node, "IsProject").text = "false"


def _subscriptions(root: Node) -> None:
    """Which notifications we want back: that it came in, and under which number."""
    node = _child(root, "Subscriptions")
    _child(node, "Reception", Include="true")
    _child(node, "Registration", Include="true")
    unwanted = ("Forwarding", "Consideration", "Report", "Redirection", "Answer")
    for event in (*unwanted, "VisaDirection", "SignDirection", "VisaInformation", "SignInformation"):
        _child(node, event, Include="false")


def _organisation(contact: Node, party: Party) -> None:
    node = _child(contact, "Organization", **({"UID": party.uid} if party.uid else {}))
    _text(node, "ShortName", party.name)


def _registration(node: Node, document: RecordDocument) -> None:
    _text(node, "Number", document.number)
    _day(node, "Date", document.registered_on)


def _text(parent: Node, name: str, words: str) -> None:
    if words:
        _child(parent, name).text = clean(words)


def _day(parent: Node, name: str, day: date | None) -> None:
    if day is not None:
        _child(parent, name).text = day.isoformat()


def _child(parent: Node, name: str, **attributes: str) -> Node:
    node = etree.SubElement(parent, _name(name))
    for attribute, value in attributes.items():
        node.set(attribute, clean(value))
    return node


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
