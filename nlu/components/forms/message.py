"""The form of a message left for the office: consent, name, contact, words (reg. 2.4.2)."""

from nlu.components.call import ActionCall, Response, command, utter
from nlu.components.forms.confirmation import confirmation
from nlu.components.forms.model import Answer, Form, Slots
from nlu.components.forms.questions import CONSENT, CONTACT, FULL_NAME, description

OWN_SLOTS = ("message_text", "full_name", "phone", "email", "reply_form", "confirmed")
CHANGEABLE = ("description", "name", "contact")


def _submit(slots: Slots) -> Response:
    contact = {name: slots.get(name) or None for name in ("full_name", "phone", "email")}
    return command("leave_message", **contact, text=slots.get("message_text"))


def _summary(call: ActionCall, slots: Slots) -> Response:
    contacts = ", ".join(str(slots[name]) for name in ("phone", "email") if slots.get(name))
    return utter("utter_form_confirm_message", message=slots["message_text"], full_name=slots["full_name"], contacts=contacts)


def _begun(call: ActionCall) -> Answer:
    return Answer({}, [utter("utter_message_begins")])


MESSAGE = Form(
    name="message_form",
    questions=(CONSENT, FULL_NAME, CONTACT, description("message_text"), confirmation(_summary)),
    own_slots=OWN_SLOTS,
    submit=_submit,
    changeable=CHANGEABLE,
    begun=_begun,
)
