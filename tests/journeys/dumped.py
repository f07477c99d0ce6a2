"""What stands in a dump of the whole database, column by column: what a thief of a disk would read."""

import re

from app.backup.tools import running

SEALED_VALUE = re.compile(r"s1\.[0-9a-f]{12}\.[\w-]+")
_BEGINS = re.compile(r"COPY \w+\.(\w+) \((.*)\) FROM stdin;")
_ENDS = "\\."


def columns_holding(url: str, sought: re.Pattern[str]) -> set[str]:
    """Each table.column of the dump with a value in which the pattern is found."""
    found: set[str] = set()
    table, columns = "", list[str]()
    with running("pg_dump", url, "--data-only") as dump:
        for line in dump.read().decode().splitlines():
            if begins := _BEGINS.fullmatch(line):
                table, columns = begins[1], [name.strip('"') for name in begins[2].split(", ")]
            elif line == _ENDS:
                columns = []
            elif columns and sought.search(line):
                found |= {f"{table}.{name}" for name, value in zip(columns, line.split("\t"), strict=True) if sought.search(value)}
    return found


def in_clear(*contacts: str) -> re.Pattern[str]:
    """Any of the addresses, and of the telephones (E.164) by the last ten digits, with anything between them that people write."""
    return re.compile("|".join(map(_pattern, contacts)), re.IGNORECASE)


def _pattern(contact: str) -> str:
    return r"[ ()-]*".join(contact[-10:]) if contact.startswith("+") else re.escape(contact)
