"""How long what a caller hears may wait for whom, in seconds. jambonz waits 10 for an answer, a caller endures about 3.

The parts of one answer follow each other: the journal (of a new call), the facts, the effects.
"""

ENTRY = 1.0
"""For an entry of the journal that must be kept before the answer; then it is put by on the disk."""
BACKLOG = 0.25
"""For what waits for the journal, when the answer has already waited for effects."""
FACTS = 0.25
"""For the facts of the moment; the port answers from what it remembers."""
NEWER_FACTS = 0.2
"""For newer facts than the remembered ones."""
STEP = 0.25
"""For the newest step of a call that another process answered before."""
REPEAT = 0.25
"""For the answers that other processes kept."""
EFFECTS = 2.2
"""For all effects of one hook, with the look for an answer given before."""
DIRECTION = 1.5
"""For the errand of a call that the centre makes, and for where a call goes on."""
WHISPER = 0.8
"""For what an operator is told before a call is put through."""
