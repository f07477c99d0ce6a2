"""Reading an answer of «Дело»: nothing in the file is believed before it was checked, and nothing outside it is ever read."""

from datetime import date

from lxml import etree

from core.records.port import AnswerKind, RecordAnswer
from integrations.delo.checking import INCOMING, fault_of
from integrations.delo.vocabulary import ANSWERS, NAMESPACE

XML_LIMIT = 1024 * 1024
"""Bytes of an answer's XML; real ones have a few thousand."""
_PATHS = {"sev": NAMESPACE}
_REGISTERED = "sev:DocumentList/sev:Document/sev:RegistrationInfo/"


class Unreadable(Exception):
    """The file is no answer that we understand. ``unfinished``: it may still be being written."""

    def __init__(self, reason: str, *, unfinished: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unfinished = unfinished


def read_answer(raw: bytes, place: str) -> RecordAnswer:
    """The answer in the file; raises Unreadable."""
    root = _parse(raw)
    if etree.QName(root).namespace != NAMESPACE:
        raise Unreadable("wrong namespace")
    if etree.QName(root).localname != "Report":
        raise Unreadable("not an answer")
    if fault := fault_of(root, INCOMING):
        raise Unreadable(f"not valid, {fault}")
    header, notification = root.find("sev:Header", _PATHS), root.find("sev:Notification", _PATHS)
    if header is None or notification is None:
        raise Unreadable("not an answer")
    kind = _kind(header, notification)
    number, dated = _registration(root) if kind is AnswerKind.REGISTERED else ("", None)
    reason = _reason(notification) if kind is AnswerKind.REFUSED else ""
    return_id = header.get("ReturnID", "").strip().strip("{}")
    return RecordAnswer(kind=kind, return_id=return_id, place=place, number=number, dated=dated, reason=reason)


def _parse(raw: bytes) -> etree._Element:
    if len(raw) > XML_LIMIT:
        raise Unreadable("too large")
    if b"<!DOCTYPE" in raw.replace(b"\0", b""):
        raise Unreadable("document type declared")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("not well-formed", unfinished=True) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable("document type declared")
    return root


def _kind(header: etree._Element, notification: etree._Element) -> AnswerKind:
    told = header.get("MessageType", "")
    for child in notification:
        kind = ANSWERS.get((told, etree.QName(child).localname))
        if kind is not None:
            return kind
    raise Unreadable("the notification does not fit the message type")


def _registration(root: etree._Element) -> tuple[str, date]:
    number = " ".join(root.findtext(f"{_REGISTERED}sev:Number", "", _PATHS).split())
    dated = root.findtext(f"{_REGISTERED}sev:Date", "", _PATHS).strip()
    if not number:
        raise Unreadable("a registration without a number")
    try:
        return number, date.fromisoformat(dated[:10])
    except ValueError as error:
        raise Unreadable("a date that cannot be") from error


def _reason(notification: etree._Element) -> str:
    node = notification.find("sev:Failure", _PATHS)
    if node is None:
        return ""
    words = " ".join((node.text or "").split())
    code = node.get("Code", "").strip()
    return f"{words} ({code})" if words and code else words or code
