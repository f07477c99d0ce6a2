"""What the citizen already told before an appeal was begun, so that it is not asked twice (reg. 3.3)."""

from nlu.components.call import ActionCall

QUESTIONS = frozenset({"ask_kb", "nlu_fallback"})
SHORTEST = 3
"""Words; less is no description."""


def draft(call: ActionCall) -> str | None:
    """Return the words of the turn just before: a problem told, or a question to which the core found no answer."""
    turns = list(zip(call.past_intents(), call.past_words(), strict=True))[:-1]
    missed = bool(turns) and turns[-1][0] == "kb_missed"
    if missed:
        turns.pop()
    if not turns or turns[-1][0] not in (QUESTIONS if missed else {"report_problem"}):
        return None
    told = turns[-1][1]
    return told if len(told.split()) >= SHORTEST else None
