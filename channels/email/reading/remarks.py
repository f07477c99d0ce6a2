"""What was not as it should be in one mail, and what of it is still allowed: every bound of the reading is here."""

from dataclasses import dataclass, field

RAW = 40 * 1024 * 1024
"""Bytes of a mail; of a bigger one only the headers are read."""
FILES = 25 * 1024 * 1024
"""Bytes of all files of a mail together; those that come after are named without their content."""
PARTS, DEPTH, PEOPLE = 100, 20, 50
HEADERS = 65_536
"""Bytes of all headers of one part."""
TEXT = 1_000_000
"""Signs of the text that are kept."""
CUTTING = 65_536
"""Signs of it in which quotes are looked for."""
PAGE = 2_000_000
"""Signs of an HTML part that are read."""
UNPACKING = 64 * 1024 * 1024
"""Bytes that are unpacked to look into the archives of one mail."""
CANDIDATES = 20_000
"""Lines like a boundary that are looked at."""


@dataclass(slots=True, kw_only=True)
class Budget:
    """What one mail may still use; the remarks in the order in which they were made."""

    parts: int = PARTS
    candidates: int = CANDIDATES
    files: int = FILES
    unpacking: int = UNPACKING
    remarks: list[str] = field(default_factory=list)

    def remark(self, code: str) -> None:
        """Each once."""
        if code not in self.remarks:
            self.remarks.append(code)
