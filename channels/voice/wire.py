"""The one place where verbs become JSON."""

from collections.abc import Sequence

from channels.voice.allowed import check
from channels.voice.verbs import Verb, Wire


def wire(verbs: Sequence[Verb]) -> Wire:
    """The verbs as jambonz takes them. Raises Unsendable rather than sending what would drop the call."""
    sent = [verb.model_dump(mode="json", by_alias=True, exclude_none=True) for verb in verbs]
    for verb in sent:
        for name in ("say", "play"):
            if isinstance(nested := verb.get(name), dict):
                nested.pop("verb", None)  # the SDK leaves it in; the exchange answers "say: unknown property verb"
    check(sent)
    return sent
