"""Our two schemas: what we emit is checked before it is written, what comes in before it is believed."""

from functools import cache
from pathlib import Path

from lxml import etree

SCHEMAS = Path(__file__).parent / "schema"
OUTGOING, INCOMING = "outgoing.xsd", "incoming.xsd"


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name, etree.XMLParser(resolve_entities=False, no_network=True)))


def fault_of(root: etree._Element, name: str) -> str:
    """What is wrong with the message: line and rule, never its words; empty when it fits the schema."""
    schema = _schema(name)
    if schema.validate(root):
        return ""
    first = schema.error_log[0]
    return f"line {first.line}: {first.type_name}"
