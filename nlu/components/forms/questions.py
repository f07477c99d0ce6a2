"""The questions that the forms ask, each with its reading of an answer."""

from typing import Any

from nlu.components.call import ActionCall, Response, command, utter
from nlu.components.forms.model import Answer, Question, Slots
from nlu.components.words import mentioned

SURE_YES_NO = 0.5
"""Least confidence of a «yes», a «no» or a reply form in answer to a direct question."""
SHORTEST_DESCRIPTION = 2
"""Words; a shorter one is asked again once."""
REPLY_FORMS = {
    "reply_by_email": "email",
    "reply_by_phone": "phone",
    "reply_by_telegram": "telegram",
    "reply_by_post": "post",
}


def says(call: ActionCall, *intents: str) -> bool:
    """Tell whether the citizen answers with one of the intents."""
    return call.intent in intents and (call.given or call.confidence >= SURE_YES_NO)


def absent(*names: str) -> Any:
    """Return a test: none of the slots has a value."""
    return lambda slots: all(slots.get(name) is None for name in names)


def _read_description(slot: str) -> Any:
    def read(call: ActionCall, slots: Slots) -> Answer | None:
        if call.given or not call.has_words:
            return None
        brief = len(call.text.split()) < SHORTEST_DESCRIPTION
        return None if brief and not slots.get("tries") else Answer({slot: call.text})

    return read


def description(slot: str) -> Question:
    """Ask what happened (an appeal) or what is to be passed on (a message)."""
    return Question(
        name=slot,
        read=_read_description(slot),
        missing=absent(slot),
        prompt=lambda call, slots: utter(f"utter_form_{slot}"),
        clears=(slot,),
        free_text=True,
    )


def _read_address(call: ActionCall, slots: Slots) -> Answer | None:
    if says(call, "skip", "deny"):
        return Answer({"address": ""})
    return None if call.given or not call.has_words else Answer({"address": call.text})


ADDRESS = Question(
    name="address",
    read=_read_address,
    missing=absent("address"),
    prompt=lambda call, slots: utter("utter_form_address"),
    clears=("address",),
    free_text=True,
)


def _read_consent(call: ActionCall, slots: Slots) -> Answer | None:
    if says(call, "affirm"):
        return Answer({"consent": True}, [command("give_consent")])
    if says(call, "deny"):
        return Answer({}, [utter("utter_consent_refused"), command("refuse_consent")], ends=True)
    return None


CONSENT = Question(
    name="consent",
    read=_read_consent,
    missing=lambda slots: slots.get("consent") is not True,
    prompt=lambda call, slots: utter("utter_form_consent"),
    clears=(),
    revisited=False,
)


def _offered(slots: Slots, fact: str) -> str | None:
    """Return the fact of the core that is offered instead of typing it again, unless the citizen declined it."""
    return None if slots.get(f"{fact}_declined") else slots.get(fact)


def _read_full_name(call: ActionCall, slots: Slots) -> Answer | None:
    name, known = call.entities.get("full_name", ""), _offered(slots, "known_name")
    if len(name.split()) > 1:
        return Answer({"full_name": name})
    if known and says(call, "affirm"):
        return Answer({"full_name": known})
    if known and says(call, "deny"):
        return Answer({"known_name_declined": True})
    return None


def _ask_full_name(call: ActionCall, slots: Slots) -> Response:
    known = _offered(slots, "known_name")
    return utter("utter_form_full_name_known", known=known) if known else utter("utter_form_full_name")


FULL_NAME = Question(
    name="full_name",
    read=_read_full_name,
    missing=absent("full_name"),
    prompt=_ask_full_name,
    clears=("full_name",),
)


def contact_slots(contact: str) -> dict[str, str]:
    """Return the slot that a contact of the core belongs to."""
    return {"email" if "@" in contact else "phone": contact}


def _needed_contact(slots: Slots) -> str | None:
    """Return which contact is still needed: ``email`` or ``phone`` for the reply form chosen, ``any`` when there is none."""
    if slots.get("reply_form") in ("email", "phone") and not slots.get(slots["reply_form"]):
        return str(slots["reply_form"])
    return None if slots.get("phone") or slots.get("email") else "any"


def _known_contact(slots: Slots) -> str | None:
    """Return the core's contact when it is of the kind that is needed."""
    known, needed = _offered(slots, "known_contact"), _needed_contact(slots)
    return known if known and needed in ("any", *contact_slots(known)) else None


def _read_contact(call: ActionCall, slots: Slots) -> Answer | None:
    found = {name: call.entities[name] for name in ("phone", "email") if name in call.entities}
    needed, known = _needed_contact(slots), _known_contact(slots)
    if found and (needed == "any" or needed in found):
        return Answer(dict(found))
    if known and says(call, "affirm"):
        return Answer(dict(contact_slots(known)))
    if known and says(call, "deny"):
        return Answer({"known_contact_declined": True})
    return None


def _ask_contact(call: ActionCall, slots: Slots) -> Response:
    needed, known = _needed_contact(slots), _known_contact(slots)
    if known:
        return utter("utter_form_contact_known", known=known)
    return utter("utter_form_contact" if needed in ("any", None) else f"utter_form_contact_{needed}")


CONTACT = Question(
    name="contact",
    read=_read_contact,
    missing=lambda slots: _needed_contact(slots) is not None,
    prompt=_ask_contact,
    clears=("phone", "email"),
)


def _read_reply_form(call: ActionCall, slots: Slots) -> Answer | None:
    if not says(call, *REPLY_FORMS):
        return None
    chosen = REPLY_FORMS[call.intent]
    if chosen == "telegram" and call.channel != "telegram":
        return Answer({}, [utter("utter_no_telegram_here")])
    return Answer({"reply_form": chosen})


REPLY_FORM = Question(
    name="reply_form",
    read=_read_reply_form,
    missing=absent("reply_form"),
    prompt=lambda call, slots: utter("utter_form_reply_form_telegram" if call.channel == "telegram" else "utter_form_reply_form"),
    clears=("reply_form", "postal_address"),
)


def _read_postal_address(call: ActionCall, slots: Slots) -> Answer | None:
    return None if call.given or not call.has_words else Answer({"postal_address": call.text})


POSTAL_ADDRESS = Question(
    name="postal_address",
    read=_read_postal_address,
    missing=lambda slots: slots.get("reply_form") == "post" and slots.get("postal_address") is None,
    prompt=lambda call, slots: utter("utter_form_postal_address"),
    clears=("postal_address",),
    free_text=True,
)


def read_change(call: ActionCall, changeable: tuple[str, ...]) -> str | None:
    """Return what the citizen wants to correct, by button or by word."""
    if call.intent.startswith("change_"):
        wanted: str | None = call.intent.removeprefix("change_")
    else:
        wanted = None if call.given else mentioned("change", call.text)
    return wanted if wanted in changeable else None
