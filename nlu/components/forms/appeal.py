"""The form of an appeal: what happened, where, consent, name, contact, form of reply, summary (reg. 2.8.3, 2.8.4, 2.8.8, 3.4)."""

from nlu.components.call import ActionCall, Response, command, utter
from nlu.components.forms.confirmation import confirmation
from nlu.components.forms.draft import draft
from nlu.components.forms.model import Answer, Form, Slots
from nlu.components.forms.questions import (
    ADDRESS,
    CONSENT,
    CONTACT,
    FULL_NAME,
    POSTAL_ADDRESS,
    REPLY_FORM,
    description,
)
from nlu.components.words import words

OWN_SLOTS = ("description", "address", "full_name", "phone", "email", "reply_form", "postal_address", "confirmed")
CHANGEABLE = ("description", "address", "name", "contact", "reply_form")


def _submit(slots: Slots) -> Response:
    arguments = {name: slots.get(name) or None for name in OWN_SLOTS if name != "confirmed"}
    return command("register_appeal", **arguments)


def _summary(call: ActionCall, slots: Slots) -> Response:
    reply = words()["reply_form"][slots["reply_form"]].format_map({name: slots.get(name) or "" for name in OWN_SLOTS})
    contacts = ", ".join(str(slots[name]) for name in ("phone", "email") if slots.get(name))
    return utter(
        "utter_form_confirm_appeal",
        description=slots["description"],
        address=slots.get("address") or words()["no_address"],
        full_name=slots["full_name"],
        contacts=contacts,
        reply=reply,
    )


def _begun(call: ActionCall) -> Answer:
    known = draft(call)
    if known is None:
        return Answer({}, [utter("utter_appeal_begins")])
    return Answer({"description": known}, [utter("utter_appeal_begins_with", description=known)])


APPEAL = Form(
    name="appeal_form",
    questions=(
        description("description"),
        ADDRESS,
        CONSENT,
        FULL_NAME,
        CONTACT,
        REPLY_FORM,
        POSTAL_ADDRESS,
        confirmation(_summary),
    ),
    own_slots=OWN_SLOTS,
    submit=_submit,
    changeable=CHANGEABLE,
    begun=_begun,
)
