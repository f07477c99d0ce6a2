"""What the citizen already told before an appeal was begun, so that it is not asked twice (reg. 3.3)."""

import re

from nlu.components.call import ActionCall
from nlu.components.words import words

QUESTIONS = frozenset({"ask_kb", "nlu_fallback"})
SHORTEST = 3
"""Words; less is no description."""
TELLING = 4
"""Words beside those that ask for the registration itself; less tells of nothing that could be registered."""


def draft(call: ActionCall) -> str | None:
    """Return what is told with the request itself, or in the turn just before: a problem, a question that was not answered."""
    return _told_with_it(call) or _told_before(call)


def _told_with_it(call: ActionCall) -> str | None:
    if call.given or call.intent != "register_appeal":
        return None
    asking = tuple(words()["asking_to_register"])
    telling = [one for one in re.findall(r"[^\W\d_]{3,}", call.text.lower()) if not one.startswith(asking)]
    return call.text if len(telling) >= TELLING else None


def _told_before(call: ActionCall) -> str | None:
    turns = list(zip(call.past_intents(), call.past_words(), strict=True))[:-1]
    missed = bool(turns) and turns[-1][0] == "kb_missed"
    if missed:
        turns.pop()
    if not turns or turns[-1][0] not in (QUESTIONS if missed else {"report_problem"}):
        return None
    told = turns[-1][1]
    return told if len(told.split()) >= SHORTEST else None
