"""Who answers for a department on a day: its liaison, or the substitute while the liaison is away (reg. 4.2, 4.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.departments.model import Absence, Department, Liaison


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Whom a department is written to; ``liaison_id`` None: a substitute who is on no list.

    ``stands_in_for`` is the absent liaison; ``copy_to`` the head's address when the department wants copies.
    """

    liaison_id: int | None
    full_name: str
    position: str
    email: str
    phone: str
    stands_in_for: int | None = None
    stands_in_for_name: str = ""
    copy_to: str = ""


class Roster:
    """Liaisons and who of them is away on one day."""

    def __init__(self, liaisons: Sequence[Liaison], absences: Sequence[Absence], departments: Sequence[Department]) -> None:
        self._liaisons: Mapping[int, Liaison] = {one.id or 0: one for one in liaisons}
        self._absences: Mapping[int, Absence] = {one.liaison_id: one for one in absences}
        self._copies = {one.key: one.head_email if one.copy_to_head else "" for one in departments}

    def of_department(self, key: str) -> Addressee | None:
        """The first active liaison with an address who is there, else the substitute of one who is away, else nobody."""
        own = [one for one in self._liaisons.values() if one.department == key and one.is_active]
        for one in own:
            if one.id not in self._absences and one.email:
                return self._self(one, key)
        found = (self.who_answers(one.id or 0, key) for one in own if one.id in self._absences)
        return next((one for one in found if one is not None), None)

    def who_answers(self, liaison_id: int, department: str | None = None, *, in_writing: bool = True) -> Addressee | None:
        """The official, or who stands in: substitutes who are away themselves are followed; a circle of them leads to nobody.

        ``in_writing``: whoever has no e-mail address is nobody; on the telephone they may answer.
        """
        first = self._liaisons.get(liaison_id)
        if first is None:
            return None
        current, met = first, {liaison_id}
        while (absence := self._absences.get(current.id or 0)) is not None:
            if absence.substitute_id is None:
                return self._outsider(first, absence, department, in_writing=in_writing)
            if absence.substitute_id in met or absence.substitute_id not in self._liaisons:
                return None
            met.add(absence.substitute_id)
            current = self._liaisons[absence.substitute_id]
        if not current.is_active or (in_writing and not current.email):
            return None
        return self._self(current, department or first.department, None if current is first else first)

    def _self(self, liaison: Liaison, department: str, absent: Liaison | None = None) -> Addressee:
        return Addressee(
            liaison_id=liaison.id,
            full_name=liaison.full_name,
            position=liaison.position,
            email=liaison.email,
            phone=liaison.phone,
            stands_in_for=absent.id if absent else None,
            stands_in_for_name=absent.full_name if absent else "",
            copy_to=self._copies.get(department, ""),
        )

    def _outsider(self, absent: Liaison, absence: Absence, department: str | None, *, in_writing: bool) -> Addressee | None:
        if not absence.substitute_email and (in_writing or not absence.substitute_phone):
            return None
        return Addressee(
            liaison_id=None,
            full_name=absence.substitute_name,
            position=absence.substitute_position,
            email=absence.substitute_email,
            phone=absence.substitute_phone,
            stands_in_for=absent.id,
            stands_in_for_name=absent.full_name,
            copy_to=self._copies.get(department or absent.department, ""),
        )


async def roster_of(tx: AsyncSession, on: date) -> Roster:
    """Everybody on the list (some twenty officials), with the newest absence of each that covers the day."""
    liaisons = (await tx.exec(select(Liaison).order_by(col(Liaison.no)))).all()
    away = select(Absence).where(col(Absence.first) <= on, col(Absence.last) >= on).order_by(col(Absence.id))
    return Roster(liaisons, (await tx.exec(away)).all(), (await tx.exec(select(Department))).all())


async def addressee_of(tx: AsyncSession, department_key: str, on: date) -> Addressee | None:
    """Whom the department is written to on this day; None: nobody can be, it is for the head of the centre to decide."""
    return (await roster_of(tx, on)).of_department(department_key)


async def who_answers(tx: AsyncSession, liaison_id: int, on: date, *, in_writing: bool = True) -> Addressee | None:
    """This official on this day, or the substitute (4.4); None when there is neither. ``in_writing``: with an e-mail address."""
    return (await roster_of(tx, on)).who_answers(liaison_id, in_writing=in_writing)
