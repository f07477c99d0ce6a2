"""All desks in one hand: what the adapters get (design decision 9)."""

from dataclasses import dataclass

from core.appeals.desk import AppealDesk
from core.conversations.intake import Intake
from core.conversations.operators import OperatorDesk
from core.conversations.reception import Reception
from core.deliveries.desk import DeliveryDesk
from core.knowledge.desk import KnowledgeDesk
from core.people.desk import ApplicantDesk
from core.staff.desk import StaffDesk


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The desks of the contact centre."""

    intake: Intake
    reception: Reception
    deliveries: DeliveryDesk
    operators: OperatorDesk
    staff: StaffDesk
    appeals: AppealDesk
    applicants: ApplicantDesk
    knowledge: KnowledgeDesk
