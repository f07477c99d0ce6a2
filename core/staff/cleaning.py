"""What staff type and upload, made safe to keep: no characters that lie about a name or that PostgreSQL refuses."""

import unicodedata

NAME_LIMIT = 150
_LYING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Controls, bidi marks and zero-width signs, lone surrogates, private and unassigned code points."""


def clean_text(text: str) -> str:
    """The text without NUL and lone surrogates, which no database stores."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def clean_line(text: str, limit: int | None = 200) -> str:
    """One visible line: no controls, no bidi or zero-width signs, single spaces; None: of any length."""
    spaced = "".join(
        " " if sign in "\r\n\t" else sign for sign in unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    )
    return " ".join("".join(sign for sign in spaced if unicodedata.category(sign) not in _LYING).split())[:limit]


def hides_signs(text: str) -> bool:
    """Whether there are signs that nobody sees and that change how the rest looks; line feeds are none."""
    return any(unicodedata.category(sign) in _LYING and sign != "\n" for sign in text)


def clean_file_name(name: str) -> str:
    """The last part of the path with its ending kept; ``file`` when nothing is left."""
    last = clean_line(name.replace("\\", "/"), 4000).rpartition("/")[2]
    visible = "".join("_" if sign in ':*?"<>|' else sign for sign in last).strip(". ")
    stem, dot, ending = visible.rpartition(".")
    if len(visible) <= NAME_LIMIT or not dot or len(ending) > 10:
        return visible[:NAME_LIMIT] or "file"
    return f"{stem[: NAME_LIMIT - len(ending) - 1]}.{ending}"
