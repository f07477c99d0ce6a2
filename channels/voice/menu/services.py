"""Other services: listed by keys or called by name, rung, and told of when nobody answers (reg. 2.3)."""

from channels.voice.menu.browsing import MOST_CHOICES
from channels.voice.menu.dispatch import RING_SECONDS
from channels.voice.menu.items import ITEMS
from channels.voice.menu.model import Dial, Party, Say
from channels.voice.menu.names import Name
from channels.voice.menu.step import FREELY, Outcome, State, Step, going
from channels.voice.texts import listed
from core.menu.services import Service, service_at, service_for, services
from core.people.phones import display_phone

SERVICE = "service"


def list_services(step: Step) -> Outcome | Step:
    """A page of the list in force, under the keys 1 to 7; 8 is more."""
    known = services()
    page = int(step.kept.get("page", "0"))
    shown = known[page * MOST_CHOICES : (page + 1) * MOST_CHOICES]
    if not shown:
        return list_services(step.keep(page=None)) if page else step.say("services.none").go(Name.MORE)
    for number, one in enumerate(shown, start=1):
        step = step.say("choice.line", title=one.name, key=listed("choice.keys")[number])
    step = step.at(choices=tuple(str(one.place) for one in shown))
    return step.say("choice.more") if len(known) > MOST_CHOICES else step


def more_services(step: Step) -> Outcome:
    """The next page; after the last one the first again."""
    return step.keep(page=int(step.kept.get("page", "0")) + 1).go(Name.SERVICES)


def choose_service(step: Step, value: str) -> Outcome:
    """The service of a key; the list anew when the edition in force has it no more."""
    service = service_at(int(value))
    return ring_service(step, service) if service else step.keep(page=None).go(Name.SERVICES)


def hear_service(step: Step, words: str) -> Outcome | None:
    """A service that is called by its name; None when none is."""
    service = service_for(words)
    return ring_service(step, service) if service else None


def ring_service(step: Step, service: Service) -> Outcome:
    """Say what is to be said, and ring."""
    step = step.keep(**{SERVICE: service.place})
    if service.said:
        step = step.adding(Say(text=service.said, cut=False))
    else:
        step = step.say("service.connecting", name=service.name, cut=False)
    party = Party(kind="dispatch", address_kind="phone", address=service.address, name=service.name)
    return step.dial(Name.SERVICE, Dial(party=party, seconds=RING_SECONDS))


def service_rung(step: Step) -> Outcome:
    """After the talk there may be more to ask; who was not answered is told the number."""
    service = service_at(int(step.kept.get(SERVICE, "0")))
    step = step.keep(**{SERVICE: None})
    if step.happening.status == "completed" or service is None:
        return step.say("service.done").go(Name.MORE)
    step = step.say("service.missed", name=service.name, number=display_phone(service.address))
    return (step.say("service.hours", hours=service.hours) if service.hours else step).go(Name.MORE)


SERVICES = State(
    keeps=frozenset({"page"}),
    opens=list_services,
    asks=("services.ask",),
    listen=FREELY,
    chosen=choose_service,
    keys={"8": more_services},
    spoken=ITEMS,
    repeat=going(Name.SERVICES),
)
"""The place where the list is told."""
