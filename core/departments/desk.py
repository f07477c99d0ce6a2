"""The directory of departments and officials, and who is away (reg. 4.2, 4.4): kept by the head of the centre."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.departments.addressing import Addressee, roster_of
from core.departments.answering import Answerer, Describes, Listed, who_answers_for
from core.departments.forms import AbsenceForm, DepartmentEdit, LiaisonEdit, cleaned, faults, refuse
from core.departments.meaning import Meanings
from core.departments.model import Absence, Department, Liaison
from core.drafts.ending import end_draft
from core.drafts.forms import NEW, DraftKind
from core.errors import Conflict, NotAllowed, NotFound
from core.knowledge.model import SynonymGroup
from core.menu.services import Service, service_for, services
from core.regulation import DAY
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from db.transactions import Transactions

LONGEST_ABSENCE = DAY * 366
FOUND_LIMIT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LiaisonView:
    """A liaison, their absences now and later, and who answers for them today."""

    liaison: Liaison
    absences: Sequence[Absence]
    answers: Addressee | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentView:
    """A department with its liaisons; ``addressee`` None: a request today would go to nobody."""

    department: Department
    liaisons: Sequence[LiaisonView]
    addressee: Addressee | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialFound:
    """An official that a search found, and who answers for them today (2.8.5, 4.4)."""

    liaison: Liaison
    department_name: str
    answers: Addressee | None


class DepartmentDesk:
    """Departments, liaisons and absences; ``meanings`` gives a second opinion on who answers for a matter."""

    def __init__(self, *, transactions: Transactions, clock: Clock, meanings: Meanings) -> None:
        self._meanings = meanings
        self._transactions = transactions
        self._clock = clock

    async def list(self, asker: Asker) -> Sequence[DepartmentView]:
        """Every department by name, with its active liaisons first. Raises NotAllowed."""
        _must_read(asker)
        today = self._clock.today()
        async with self._transactions.begin() as tx:
            departments = (await tx.exec(select(Department).order_by(col(Department.name)))).all()
            order = (col(Liaison.is_active).desc(), col(Liaison.no))
            liaisons = (await tx.exec(select(Liaison).order_by(*order))).all()
            coming = select(Absence).where(col(Absence.last) >= today).order_by(col(Absence.first), col(Absence.id))
            absences = (await tx.exec(coming)).all()
            roster = await roster_of(tx, today)
        views: dict[str, list[LiaisonView]] = {one.key: [] for one in departments}
        for liaison in liaisons:
            own = [one for one in absences if one.liaison_id == liaison.id]
            views[liaison.department].append(
                LiaisonView(liaison=liaison, absences=own, answers=roster.who_answers(liaison.id or 0))
            )
        return [
            DepartmentView(department=one, liaisons=views[one.key], addressee=roster.of_department(one.key)) for one in departments
        ]

    async def find_official(self, asker: Asker, words: str, *, in_writing: bool = True) -> Sequence[OfficialFound]:
        """Active officials whose name, position or department has all the words, at most 20, with who answers for each.

        When there is nobody: those of the departments that answer for what the words say. ``in_writing``: only those count who
        have an e-mail address. Raises NotAllowed.
        """
        _must_read(asker)
        wanted = clean_line(words).casefold().split()
        async with self._transactions.begin() as tx:
            everybody = select(Liaison, Department.name).join(Department, col(Department.key) == col(Liaison.department))
            rows = (await tx.exec(everybody.where(col(Liaison.is_active)).order_by(col(Liaison.no)))).all()
            roster = await roster_of(tx, self._clock.today())
            listed = await self._listed(tx)
        named = [row for row in rows if all(word in f"{row[0].full_name} {row[0].position} {row[1]}".casefold() for word in wanted)]
        likely = [] if named else [one.key for one in await asyncio.to_thread(who_answers_for, words, listed)]
        meant = [row for key in likely for row in rows if row[0].department == key]
        return [
            OfficialFound(liaison=liaison, department_name=name, answers=roster.who_answers(liaison.id or 0, in_writing=in_writing))
            for liaison, name in (named or meant)[:FOUND_LIMIT]
        ]

    async def who_answers_for(self, asker: Asker, words: str) -> Sequence[Answerer]:
        """The departments that answer for what a caller says, likeliest first, at most five. Raises NotAllowed."""
        _must_read(asker)
        async with self._transactions.begin() as tx:
            listed = await self._listed(tx)
        return await asyncio.to_thread(who_answers_for, words, listed)

    async def find_services(self, asker: Asker, words: str) -> Sequence[Service]:
        """Services to which people are put through: those named with all the words, else the one that is asked for.

        They are written in the editor of the menu; here is what is in force. Raises NotAllowed.
        """
        _must_read(asker)
        wanted = clean_line(words).casefold().split()
        said = [(one, " ".join((one.name, one.number, *one.synonyms)).casefold()) for one in services()]
        asked = service_for(words)
        return [one for one, name in said if all(word in name for word in wanted)] or ([asked] if asked else [])

    async def save_department(self, asker: Asker, key: str, edit: DepartmentEdit) -> Department:
        """Raises NotAllowed, NotFound, Invalid (fields: name, email, head_email), Conflict (changed meanwhile)."""
        asker.must(Ability.EDIT_DIRECTORY)
        typed = cleaned(edit)
        fields = faults(Department, typed, needed=("name",), emails=("email", "head_email"))
        if typed["copy_to_head"] and not typed["head_email"]:
            fields["head_email"] = "missing"
        refuse(fields)
        async with self._transactions.begin() as tx:
            department = await tx.get(Department, key, with_for_update=True)
            if department is None:
                raise NotFound("no such department")
            _must_be(department, edit.version)
            await end_draft(tx, asker.id, DraftKind.DEPARTMENT, department.id or 0, self._clock.now())
            await self._write(tx, asker, department, typed, f"department:{key}")
            return department

    async def add_liaison(self, asker: Asker, edit: LiaisonEdit) -> Liaison:
        """A new official at the end of the list. Raises NotAllowed, Invalid (fields: full_name, position, department, email)."""
        asker.must(Ability.EDIT_DIRECTORY)
        async with self._transactions.begin() as tx:
            typed = await _liaison(tx, edit)
            last = (await tx.exec(select(func.max(Liaison.no)))).one()
            liaison = Liaison.model_validate({**typed, "no": (last or 0) + 1})
            tx.add(liaison)
            await tx.flush()
            await end_draft(tx, asker.id, DraftKind.LIAISON, NEW, self._clock.now())
            await record(tx, self._clock.now(), "liaison.added", f"liaison:{liaison.id}", staff_id=asker.id)
            return liaison

    async def save_liaison(self, asker: Asker, liaison_id: int, edit: LiaisonEdit) -> Liaison:
        """Raises NotAllowed, NotFound, Invalid (fields: full_name, position, department, email), Conflict (changed meanwhile)."""
        asker.must(Ability.EDIT_DIRECTORY)
        async with self._transactions.begin() as tx:
            liaison = await _locked(tx, liaison_id)
            _must_be(liaison, edit.version)
            await end_draft(tx, asker.id, DraftKind.LIAISON, liaison_id, self._clock.now())
            await self._write(tx, asker, liaison, await _liaison(tx, edit), f"liaison:{liaison_id}")
            return liaison

    async def retire_liaison(self, asker: Asker, liaison_id: int) -> Liaison:
        """They answer for their department no more; nobody is written to in their name. Raises NotAllowed, NotFound."""
        return await self._set_active(asker, liaison_id, active=False)

    async def recall_liaison(self, asker: Asker, liaison_id: int) -> Liaison:
        """They are on the list again. Raises NotAllowed, NotFound."""
        return await self._set_active(asker, liaison_id, active=True)

    async def add_absence(self, asker: Asker, form: AbsenceForm) -> Absence:
        """Note that a liaison is away (4.4): from the first day on everything goes to the substitute.

        Raises NotAllowed, NotFound, Invalid (fields: first, last, substitute_id, substitute_name, substitute_email).
        """
        asker.must(Ability.EDIT_DIRECTORY)
        typed, now = cleaned(form), self._clock.now()
        async with self._transactions.begin() as tx:
            await _locked(tx, form.liaison_id)
            refuse(await self._faults_of_absence(tx, form, typed))
            absence = Absence.model_validate({**typed, "made_by_id": asker.id, "made_at": now})
            tx.add(absence)
            await tx.flush()
            await end_draft(tx, asker.id, DraftKind.ABSENCE, form.liaison_id, now)
            await record(tx, now, "absence.added", f"liaison:{form.liaison_id}", staff_id=asker.id, absence=absence.id)
            return absence

    async def end_absence(self, asker: Asker, absence_id: int) -> None:
        """The liaison is back: today is the first day at work; an absence that has not begun is struck out.

        Raises NotAllowed, NotFound, also for an absence that is over.
        """
        asker.must(Ability.EDIT_DIRECTORY)
        today = self._clock.today()
        async with self._transactions.begin() as tx:
            absence = await tx.get(Absence, absence_id, with_for_update=True)
            if absence is None or absence.last < today:
                raise NotFound("no such absence")
            if absence.first >= today:
                await tx.delete(absence)
            else:
                absence.last = today - DAY
            subject = f"liaison:{absence.liaison_id}"
            await record(tx, self._clock.now(), "absence.ended", subject, staff_id=asker.id, absence=absence_id)

    async def _faults_of_absence(self, tx: AsyncSession, form: AbsenceForm, typed: dict[str, object]) -> dict[str, str]:
        fields = faults(Absence, typed, needed=(), emails=("substitute_email",))
        if form.last < form.first or form.last - form.first > LONGEST_ABSENCE:
            fields["last"] = "before_first" if form.last < form.first else "too_long"
        elif form.last < self._clock.today():
            fields["last"] = "in_the_past"
        same = select(Absence.id).where(Absence.liaison_id == form.liaison_id)
        if (await tx.exec(same.where(col(Absence.first) <= form.last, col(Absence.last) >= form.first))).first() is not None:
            fields["first"] = "overlaps"
        if form.substitute_id is not None:
            substitute = await tx.get(Liaison, form.substitute_id)
            if substitute is None or not substitute.is_active or form.substitute_id == form.liaison_id:
                fields["substitute_id"] = "no_substitute"
        elif bool(typed["substitute_name"]) != bool(typed["substitute_email"]):
            fields["substitute_email" if typed["substitute_name"] else "substitute_name"] = "missing"
        return fields

    async def _set_active(self, asker: Asker, liaison_id: int, *, active: bool) -> Liaison:
        asker.must(Ability.EDIT_DIRECTORY)
        async with self._transactions.begin() as tx:
            liaison = await _locked(tx, liaison_id)
            await self._write(tx, asker, liaison, {"is_active": active}, f"liaison:{liaison_id}")
            return liaison

    async def _listed(self, tx: AsyncSession) -> Listed:
        departments = (await tx.exec(select(Department.key, Department.name).order_by(col(Department.key)))).all()
        posts = select(Liaison.department, Liaison.full_name, Liaison.position).where(col(Liaison.is_active))
        officials = (await tx.exec(posts.order_by(col(Liaison.no)))).all()
        synonyms = (await tx.exec(select(SynonymGroup.words))).all()
        described = [
            Describes(key=key, said=" ".join([name, *(f"{who} {post}" for of, who, post in officials if of == key)]))
            for key, name in departments
        ]
        return Listed(departments=described, synonyms=synonyms, meanings=self._meanings)

    async def _write(
        self, tx: AsyncSession, asker: Asker, row: Department | Liaison, typed: dict[str, object], subject: str
    ) -> None:
        changed = sorted(name for name, value in typed.items() if getattr(row, name) != value)
        for name in changed:
            setattr(row, name, typed[name])
        if changed:
            row.version += 1
            await tx.flush()
            await record(tx, self._clock.now(), "directory.changed", subject, staff_id=asker.id, changed=changed)


def _must_read(asker: Asker) -> None:
    if not (asker.may(Ability.READ_INBOX) or asker.may(Ability.EDIT_DIRECTORY)):
        raise NotAllowed(ability=Ability.READ_INBOX.value)


def _must_be(row: Department | Liaison, version: int) -> None:
    if row.version != version:
        raise Conflict("changed meanwhile", version=row.version)


async def _locked(tx: AsyncSession, liaison_id: int) -> Liaison:
    liaison = await tx.get(Liaison, liaison_id, with_for_update=True)
    if liaison is None:
        raise NotFound("no such liaison")
    return liaison


async def _liaison(tx: AsyncSession, edit: LiaisonEdit) -> dict[str, object]:
    typed = cleaned(edit)
    fields = faults(Liaison, typed, needed=("full_name", "position"), emails=("email",))
    if await tx.get(Department, edit.department) is None:
        fields["department"] = "missing"
    refuse(fields)
    return typed
