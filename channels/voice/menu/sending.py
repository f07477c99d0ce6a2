"""Item 3: the answer that was told is sent to the caller, by e-mail or in Telegram."""

from channels.voice.menu.browsing import read_article
from channels.voice.menu.contact import check_contact
from channels.voice.menu.model import Doing, Effect
from channels.voice.menu.names import Name
from channels.voice.menu.questions import repeat_words
from channels.voice.menu.step import Outcome, Step
from core.people.emails import find_emails

EMAIL, TELEGRAM = "email", "telegram"


def repeat_answer(step: Step) -> Outcome:
    """The answer once more."""
    article = step.kept.get("article")
    return read_article(step, article) if article else repeat_words(step)


def send_by_email(step: Step) -> Outcome:
    """Ask for the address; by keys nobody can spell one, so the address on the caller's card is taken."""
    return step.go(Name.EMAIL) if step.spoken else send_to_known(step)


def send_to_known(step: Step) -> Outcome:
    """To the address on the caller's card, if there is one."""
    return send(step, EMAIL, "")


def send_to_telegram(step: Step) -> Outcome:
    """To the chat of the caller's number."""
    if not step.facts.caller:
        return step.say("sending.no_number").resume(Name.ANSWERED)
    return send(step, TELEGRAM, step.facts.caller)


def hear_email(step: Step, words: str) -> Outcome | None:
    """The address that was said, read back; None when it is none or too long to be read back."""
    return check_contact(step.keep(purpose="answer"), find_emails(words))


def send(step: Step, channel: str, to: str) -> Outcome:
    """Send the last answer."""
    return step.keep(channel=channel).do(Name.SENDING, Effect(doing=Doing.SEND_ANSWER, channel=channel, words=to))


def tell_sent(step: Step) -> Outcome:
    """The answer is on its way."""
    told = step.say(f"sending.sent_{step.kept.get('channel', EMAIL)}")
    return told.keep(contact=None, purpose=None, channel=None).go(Name.MORE)


def tell_unsent(step: Step) -> Outcome:
    """The answer cannot be sent; it can be heard once more, and the other ways are still there."""
    return step.say(f"sending.unsent_{step.kept.get('channel', EMAIL)}").go(Name.ANSWERED)
