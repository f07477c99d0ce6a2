"""The card of a service that a citizen asks for by its name (reg. 2.3)."""

from core.conversations.turn import Reply
from core.menu.services import Service
from core.people.phones import display_phone
from core.words import say


def service_card(service: Service) -> Reply:
    """Who it is, its number as something to tap, its hours."""
    words = say("service.card", name=service.name, number=display_phone(service.address))
    text = f"{words}\n{say('service.hours', hours=service.hours)}" if service.hours else words
    return Reply(text=text, phones=((service.address, service.name),), of_record=True)
