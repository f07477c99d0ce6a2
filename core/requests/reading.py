"""The requests of a card and the notes that came, for the screens (reg. 2.8.9, 2.8.10)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from core.audit.trail import record
from core.clock import Clock
from core.departments.model import Department, Liaison
from core.errors import NotFound
from core.files import StoredFile, load_file
from core.requests.model import InformationRequest, Memo
from core.requests.writing import file_name_of
from core.staff.abilities import Ability
from core.staff.asker import Asker
from db.transactions import Transactions


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """A request with the names behind its keys."""

    request: InformationRequest
    department_name: str
    stands_in_for_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRequests:
    """Everything between one card and the departments, oldest first."""

    requests: Sequence[RequestView]
    memos: Sequence[Memo]


class RequestReading:
    """Reads requests and notes."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def of_appeal(self, asker: Asker, appeal_id: int) -> CaseRequests:
        """Raises NotAllowed. An unknown card has none."""
        asker.must(Ability.READ_INBOX)
        absent = aliased(Liaison)
        rows = (
            select(InformationRequest, Department.name, absent.full_name)
            .join(Department, col(Department.key) == col(InformationRequest.department))
            .outerjoin(absent, col(absent.id) == col(InformationRequest.stands_in_for_id))
            .where(InformationRequest.appeal_id == appeal_id)
            .order_by(col(InformationRequest.id))
        )
        async with self._transactions.begin() as tx:
            requests = [
                RequestView(request=request, department_name=name, stands_in_for_name=stands_in_for or "")
                for request, name, stands_in_for in (await tx.exec(rows)).all()
            ]
            memos = (await tx.exec(select(Memo).where(Memo.appeal_id == appeal_id).order_by(col(Memo.id)))).all()
        return CaseRequests(requests=requests, memos=memos)

    async def document(self, asker: Asker, request_id: int) -> tuple[str, StoredFile]:
        """The name and bytes of a request's form; raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            request = await tx.get(InformationRequest, request_id)
            if request is None:
                raise NotFound("no such request")
            await record(tx, self._clock.now(), "request.opened", f"request:{request_id}", staff_id=asker.id)
            return file_name_of(request), await load_file(tx, request.document_key)

    async def memo_file(self, asker: Asker, memo_id: int) -> tuple[Memo, StoredFile]:
        """A note and the bytes of its file; raises NotAllowed, NotFound, also when it came without a file."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            memo = await tx.get(Memo, memo_id)
            if memo is None or not memo.file_key:
                raise NotFound("no such note")
            await record(tx, self._clock.now(), "memo.opened", f"memo:{memo_id}", staff_id=asker.id)
            return memo, await load_file(tx, memo.file_key)
