"""What seals the files of a recorder's folder: under which master keys they are, and whether those are here."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.sealing.envelope import CannotUnseal, Envelope, Masters, master_of
from core.sealing.sealed_files import head_of, rewrap

ENDINGS = frozenset({".wav", ".opus", ".json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """``sealed``: files by the name of their master key; ``clear``: files of before; ``missing``: keys that are not here."""

    sealed: Mapping[str, int]
    clear: int
    missing: tuple[str, ...]


def survey(folder: Path, masters: Masters) -> Survey:
    """Read the first bytes of every file. Raises OSError."""
    return survey_heads(((name, _head(path)) for path, name in _files(folder)), masters)


def survey_heads(heads: Iterable[tuple[str, bytes]], masters: Masters) -> Survey:
    """Of names and first bytes. A key of a right name that opens none of its files is another key: it is missing."""
    sealed: Counter[str] = Counter()
    here: set[str] = set()
    clear = 0
    for name, head in heads:
        if not (master := master_of(head)):
            clear += head != b""
            continue
        sealed[master] += 1
        if master not in here and _opens(masters, name, head):
            here.add(master)
    return Survey(sealed=dict(sealed), clear=clear, missing=tuple(sorted(set(sealed) - here)))


def rewrap_all(folder: Path, masters: Masters) -> int:
    """Wrap the key of every sealed file under the current master key; the sound is not touched, and the recorder may go on working.

    Gives how many were under another; those whose key is not here are left as they are. Safe to break off and to repeat.
    Raises OSError.
    """
    changed = 0
    for path, name in _files(folder):
        try:
            changed += bool(master_of(head_of(path))) and rewrap(path, masters, name)
        except (FileNotFoundError, CannotUnseal):  # it was packed or deleted meanwhile, or its key is missing
            continue
    return changed


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """The files of all recordings, each with the name that it is sealed as."""
    for path in folder.glob("*/*"):
        if path.suffix in ENDINGS:
            yield path, path.relative_to(folder).as_posix()


def _head(path: Path) -> bytes:
    """Nothing of a file that went meanwhile."""
    try:
        return head_of(path)
    except FileNotFoundError:
        return b""


def _opens(masters: Masters, name: str, head: bytes) -> bool:
    try:
        Envelope.read(masters, name, head)
    except CannotUnseal:
        return False
    return True
