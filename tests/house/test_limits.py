"""How long a field may be is told by the API alone (``inbox/ui/src/api/limits.json``)."""

import re

from tests.house.tree import ROOT

BY_HAND = re.compile(r'(?i)(?:maxlength|:limit)="\d')


def test_no_field_has_a_limit_written_by_hand() -> None:
    pages = sorted((ROOT / "inbox/ui/src").rglob("*.vue"))
    assert pages and [page.name for page in pages if BY_HAND.search(page.read_text("utf-8"))] == []
