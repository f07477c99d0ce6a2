"""Where the centre may reach the caller: their own number, one that is typed or said, or a recording of it (reg. 2.4.2, 3.2)."""

from collections.abc import Sequence

from channels.voice.menu.ladders import rescue
from channels.voice.menu.model import Doing, Effect, Hours, Record
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step
from core.people.emails import find_emails
from core.people.phones import find_phones

MESSAGE, CALL_BACK, ANSWER = "message", "call_back", "answer"
"""What the contact is for."""
LONGEST = 100
"""Characters of a contact; a longer one would not fit into the address of a hook."""
DICTATION_SECONDS = 30


def ask_contact(step: Step, purpose: str) -> Outcome:
    """Offer the number that the caller calls from, or ask for one."""
    return step.keep(purpose=purpose, contact=None).go(Name.CONTACT_OWN if step.facts.caller else Name.CONTACT)


def ask_call_back(step: Step) -> Outcome:
    """The caller wants to be called."""
    return ask_contact(step, CALL_BACK)


def ask_number(step: Step) -> Step:
    """A number by keys or speech; for a message it may also be dictated."""
    step = step.tell("contact.ask")
    return step.tell("contact.dictate") if step.kept.get("purpose") == MESSAGE else step


def take_own(step: Step) -> Outcome:
    """The number that the caller calls from."""
    return use_contact(step.keep(contact=step.facts.caller or None))


def hear_contact(step: Step, words: str) -> Outcome | None:
    """A telephone said or typed; for a message an e-mail address too."""
    emails = find_emails(words) if step.kept.get("purpose") != CALL_BACK else ()
    return check_contact(step, emails or find_phones(words, expected=True))


def check_contact(step: Step, found: Sequence[str]) -> Outcome | None:
    """Read the contact back; None when there is none, or more than can be meant."""
    fitting = [contact for contact in found if len(contact) <= LONGEST and contact.isascii()]
    return step.keep(contact=fitting[0]).go(Name.CONTACT_CHECK) if fitting else None


def ask_again(step: Step) -> Outcome:
    """The contact was understood wrongly."""
    return step.keep(contact=None).go(Name.EMAIL if step.kept.get("purpose") == ANSWER else Name.CONTACT)


def use_contact(step: Step) -> Outcome:
    """The contact is right: go on with what it is for."""
    contact = step.kept.get("contact", "")
    match step.kept.get("purpose"):
        case "call_back":
            return step.do(Name.CALLING_BACK, Effect(doing=Doing.CALL_BACK, words=contact))
        case "answer":
            return step.keep(channel="email").do(Name.SENDING, Effect(doing=Doing.SEND_ANSWER, channel="email", words=contact))
        case _:
            return step.go(Name.MESSAGE_QUESTION)


def step_back(step: Step) -> Outcome:
    """To what came before the contact."""
    if step.kept.get("purpose") == MESSAGE:
        return step.go(Name.MESSAGE_NAME)
    return step.go(Name.QUEUE if "queued" in step.kept else Name.MENU)


def dictate(step: Step) -> Outcome:
    """Contacts that no keys can tell are spoken onto the recording of a message."""
    if step.kept.get("purpose") != MESSAGE:
        return step.resume(Name.CONTACT)
    return step.go(Name.MESSAGE_CONTACT)


def record_contact(step: Step) -> Outcome:
    """Record the contact."""
    return step.say("message_contact.ask").record(Name.MESSAGE_CONTACT, Record(part="contact", most=DICTATION_SECONDS))


def give_up(step: Step) -> Outcome:
    """After the third time: an operator by day; at night a message goes on, with the contact spoken."""
    if step.facts.hours is not Hours.DAY and step.kept.get("purpose") == MESSAGE:
        return dictate(step)
    return rescue(step)
