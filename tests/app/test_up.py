"""What ``up`` starts for the mail: a pair of stand-ins, or half of one, or none."""

from pathlib import Path

import pytest

from app.settings import Settings
from app.up import SANDBOX_MAIL, Secrets, plan

SMTP = {"SMTP_HOST": "smtp.city.example", "MAIL_FROM": "centre@city.example"}
IMAP = {"IMAP_HOST": "imap.city.example", "IMAP_USER": "centre@city.example", "IMAP_PASSWORD": "x"}


@pytest.mark.parametrize(
    ("given", "programs", "sandbox_imap"),
    [
        ({}, {"mail", "imap"}, True),
        (SMTP, set(), False),
        (IMAP, {"mail", "imap"}, False),
        ({**SMTP, **IMAP}, {"imap"}, False),
    ],
    ids=["nothing is set up", "only sending", "only reading", "both"],
)
def test_the_stand_ins_of_the_mail(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, given: dict[str, str], programs: set[str], sandbox_imap: bool
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*SMTP, *IMAP):
        monkeypatch.setenv(name, given.get(name, ""))
    found = {one.name: one for one in plan(Settings(), "postgresql://x", Secrets(tmp_path / "secrets.json"))}
    assert found.keys() & {"mail", "imap"} == programs
    assert ("--imap-port" in found["mail"].command if "mail" in found else False) == sandbox_imap
    wanted = ("127.0.0.1", "none", SANDBOX_MAIL) if sandbox_imap else (None, None, None)
    environment = found["web"].environment
    assert tuple(environment.get(name) for name in ("IMAP_HOST", "IMAP_TLS", "IMAP_USER")) == wanted
