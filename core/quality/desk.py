"""The quality control in one hand: what the inbox and the timetable ask of it, each subject in a module of its own (reg. 2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.clock import Clock
from core.quality import metrics
from core.quality.answering import AnswerDesk
from core.quality.bot_marks import BotMarkDesk
from core.quality.metrics import Disputed, Example, OfCriterion, OfOperator, OfPairs, OfWeek, Period, Whole
from core.quality.reading import QualityReading
from core.quality.reviewing import ReviewDesk
from core.quality.sampling import SamplingDesk
from core.staff.abilities import Ability
from core.staff.asker import Asker
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """The numbers of a period."""

    whole: Whole
    operators: Sequence[OfOperator]
    weeks: Sequence[OfWeek]
    criteria: Sequence[OfCriterion]
    best: Sequence[Example]
    worst: Sequence[Example]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnNumbers:
    """An operator's own course, and nobody else's."""

    whole: Whole
    weeks: Sequence[OfWeek]
    criteria: Sequence[OfCriterion]


class QualityDesk:
    """The desks of the quality control, and its numbers."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self.sampling = SamplingDesk(transactions=transactions, clock=clock)
        self.reading = QualityReading(transactions=transactions, clock=clock)
        self.reviews = ReviewDesk(transactions=transactions, clock=clock)
        self.answers = AnswerDesk(transactions=transactions, clock=clock)
        self.bot = BotMarkDesk(transactions=transactions, clock=clock)

    async def numbers(self, asker: Asker, period: Period) -> Numbers:
        """Numbers of everybody, for the head and for reports. Raises NotAllowed."""
        asker.must(Ability.READ_REPORTS)
        async with self._transactions.begin() as tx:
            return Numbers(
                whole=await metrics.whole(tx, period),
                operators=await metrics.by_operator(tx, period),
                weeks=await metrics.by_week(tx, period),
                criteria=await metrics.by_criterion(tx, period),
                best=await metrics.best(tx, period),
                worst=await metrics.worst(tx, period),
            )

    async def own_numbers(self, asker: Asker, period: Period) -> OwnNumbers:
        """Numbers of the asker's own work. Raises NotAllowed."""
        asker.must(Ability.READ_OWN_QUALITY)
        own = Period(first=period.first, last=period.last, operator_id=asker.id)
        async with self._transactions.begin() as tx:
            return OwnNumbers(
                whole=await metrics.whole(tx, own),
                weeks=await metrics.by_week(tx, own),
                criteria=await metrics.by_criterion(tx, own),
            )

    async def agreement(self, asker: Asker, period: Period) -> tuple[Sequence[OfPairs], Sequence[Disputed]]:
        """How far reviewers agree on each criterion, and what they should talk over. Raises NotAllowed."""
        asker.must(Ability.MANAGE_QUALITY)
        async with self._transactions.begin() as tx:
            return await metrics.agreed(tx, period), await metrics.disputed(tx, period)
