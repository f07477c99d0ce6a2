"""The telephone in one hand: what the inbox and the hooks ask of it, each subject in a module of its own."""

from core.calendar import CalendarOf
from core.clock import Clock
from core.phone.call_backs import CallBackDesk
from core.phone.journal import PhoneJournal
from core.phone.lines import LineDesk
from core.phone.messages import PhoneMessages
from core.phone.operators import OperatorQueue
from core.phone.owed import OwedCalls
from core.phone.reading import PhoneReading
from db.transactions import Transactions


class PhoneDesk:
    """The desks of the telephone that need no exchange; those that do are Switching, CallingOut and Sweeper."""

    def __init__(self, *, transactions: Transactions, clock: Clock, calendar_of: CalendarOf) -> None:
        self.journal = PhoneJournal(transactions=transactions, clock=clock, calendar_of=calendar_of)
        self.operators = OperatorQueue(transactions=transactions, clock=clock, calendar_of=calendar_of)
        self.call_backs = CallBackDesk(transactions=transactions, clock=clock, calendar_of=calendar_of)
        self.messages = PhoneMessages(transactions=transactions, clock=clock, calendar_of=calendar_of)
        self.lines = LineDesk(transactions=transactions, clock=clock)
        self.reading = PhoneReading(transactions=transactions, clock=clock)
        self.owed = OwedCalls(transactions=transactions)
