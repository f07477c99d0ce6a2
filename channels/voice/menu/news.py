"""Item 2: the news of the day, as sound while it is fresh, otherwise as words with its date (reg. annex, item 2)."""

from channels.voice.menu.model import Doing, Effect, Play, Say
from channels.voice.menu.names import Name
from channels.voice.menu.step import Outcome, Step

FRESH, NONE = "fresh", "none"


def read_news(step: Step) -> Outcome:
    """Ask for the news."""
    return step.do(Name.READING_NEWS, Effect(doing=Doing.NEWS))


def play_news(step: Step) -> Outcome:
    """Words first, because they say the date; sound only of today."""
    happening = step.happening
    if happening.status == NONE or not (happening.words or happening.url):
        return step.say("news.none").go(Name.MORE)
    if happening.words:
        step = step.adding(Say(text=happening.words))
    if happening.url and happening.status == FRESH:
        step = step.adding(Play(url=happening.url))
    return step.go(Name.NEWS)


def miss_news(step: Step) -> Outcome:
    """The news cannot be had."""
    return step.say("news.down").go(Name.MORE)
