"""The editor of the telephone menu and of the bot's words: a draft, a second person, an edition in force (reg. 2.3, 2.10)."""

import asyncio
from collections.abc import Mapping, Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.calendar import CalendarOf, WorkCalendar
from core.clock import Clock
from core.errors import Conflict, Invalid, NotFound
from core.knowledge.port import Aloud
from core.menu.catalogue import Catalogue, TextKind
from core.menu.chatting import ChatTold, ChatTrial
from core.menu.checking import NOTE_LIMIT, faults_in, unwritable
from core.menu.keeping import EditionKeeper
from core.menu.model import MenuEdition
from core.menu.port import PhoneMenu, Told
from core.menu.rows import DRAFT, in_turn, locked_draft, names_of, newest_number, published
from core.menu.simulating import Call, pretended
from core.menu.views import Changes, Difference, DraftShown, EditionLine, MenuShown, Published
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line, clean_text
from core.wording import Wording, in_force, trying
from db.transactions import Transactions

LISTED = 50
ALOUD_LIMIT = 1500
"""Characters that are read aloud at once, or typed into the pretended chat."""
DIALLED = frozenset({TextKind.NUMBER, TextKind.SERVICE})
"""What decides who is rung asks for an ability of its own."""


class OwnEdition(Conflict):
    """Whoever wrote in a draft does not publish it: a second person does."""

    code = "own_edition"


class DraftOpen(Conflict):
    """There is a draft already; ``facts["edition"]`` is its id."""

    code = "draft_open"


class MenuDesk:
    """Use cases of the editor. ``aloud`` reads the texts to the editors; without ``keeper`` nobody hears what is published."""

    def __init__(
        self,
        *,
        transactions: Transactions,
        clock: Clock,
        calendar_of: CalendarOf,
        catalogue: Catalogue,
        keeper: EditionKeeper | None,
        aloud: Aloud,
        phone: PhoneMenu,
        chat: ChatTrial,
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._catalogue = catalogue
        self._keeper = keeper
        self._aloud = aloud
        self._calendar_of = calendar_of
        self._phone = phone
        self._chat = chat

    async def open(self, asker: Asker) -> MenuShown:
        """The whole editor. Raises NotAllowed."""
        asker.must(Ability.EDIT_MENU)
        newest = select(MenuEdition).where(col(MenuEdition.number).is_not(None)).order_by(col(MenuEdition.number).desc())
        async with self._transactions.begin() as tx:
            editions = (await tx.exec(newest.limit(LISTED))).all()
            draft = (await tx.exec(DRAFT)).first()
            names = await names_of(tx, [*editions, *([draft] if draft else [])])
        standing = editions[0] if editions else None
        return MenuShown(
            sections=self._catalogue.sections,
            standing=standing.texts if standing else {},
            number=(standing.number or 0) if standing else 0,
            draft=self._shown(asker, draft, names) if draft else None,
            editions=[
                EditionLine(
                    edition=one,
                    published_by=names.get(one.published_by_id or 0, ""),
                    authors=[names.get(author, "") for author in one.authors],
                    is_standing=one is standing,
                )
                for one in editions
            ],
        )

    async def start(self, asker: Asker, number: int | None = None) -> MenuEdition:
        """A draft with the words in force, or with those of an older edition. Raises NotAllowed, NotFound, DraftOpen."""
        asker.must(Ability.EDIT_MENU)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await in_turn(tx)
            if (there := (await tx.exec(DRAFT)).first()) is not None:
                raise DraftOpen(edition=there.id)
            newest = await newest_number(tx)
            texts = (await published(tx, newest if number is None else number)).texts if newest or number else {}
            known = {name: words for name, words in texts.items() if name in self._catalogue.texts}
            draft = MenuEdition(texts=known, based_on=newest, authors=[asker.id], made_at=now, made_by_id=asker.id, changed_at=now)
            if number is not None and number != newest:
                draft.restored_from = number
            tx.add(draft)
            await tx.flush()
            await record(tx, now, "menu.started", f"menu:{draft.id}", staff_id=asker.id, number=number)
        return draft

    async def write(self, asker: Asker, edition_id: int, changes: Changes) -> DraftShown:
        """Write into the draft; faults are told beside what is kept. Texts like the shipped ones are no change.

        Numbers and hours ask for abilities of their own. Raises NotAllowed, NotFound, Conflict, Invalid (no such text, too long).
        """
        asker.must(Ability.EDIT_MENU)
        if faults := unwritable(changes.texts, changes.note, self._catalogue):
            raise Invalid("cannot be kept", fields=faults)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            draft = await locked_draft(tx, edition_id, changes.version)
            texts = self._written(draft.texts, changes.texts)
            changed = sorted(name for name in changes.texts if texts.get(name) != draft.texts.get(name))
            if any(self._catalogue.texts[name].kind in DIALLED for name in changed):
                asker.must(Ability.EDIT_NUMBERS)
            if any(self._catalogue.texts[name].kind is TextKind.HOURS for name in changed):
                asker.must(Ability.CLOSE_OFFICE)
            draft.texts, draft.note = texts, clean_line(changes.note, NOTE_LIMIT)
            draft.authors = sorted({*draft.authors, asker.id})
            draft.changed_at, draft.version = now, draft.version + 1
            await record(tx, now, "menu.changed", f"menu:{edition_id}", staff_id=asker.id, texts=changed)
            names = await names_of(tx, [draft])
        return self._shown(asker, draft, names)

    async def drop(self, asker: Asker, edition_id: int, version: int) -> None:
        """Throw the draft away. Raises NotAllowed, NotFound, Conflict."""
        asker.must(Ability.EDIT_MENU)
        async with self._transactions.begin() as tx:
            await tx.delete(await locked_draft(tx, edition_id, version))
            await record(tx, self._clock.now(), "menu.dropped", f"menu:{edition_id}", staff_id=asker.id)

    async def publish(self, asker: Asker, edition_id: int, version: int) -> Published:
        """Put the draft in force, everywhere, at once for this process and within seconds for the others.

        Raises NotAllowed, NotFound, Conflict, OwnEdition (the asker wrote in it), Invalid (faults by the names of the texts).
        """
        asker.must(Ability.PUBLISH_MENU)
        async with self._transactions.begin() as tx:
            await in_turn(tx)
            draft = await locked_draft(tx, edition_id, version)
            if asker.id in draft.authors:
                raise OwnEdition(edition=edition_id)
            await self._must_be_faultless(draft.texts)
            done = await self._put_in_force(tx, asker, draft, "menu.published")
        await self._heard()
        return done

    async def roll_back(self, asker: Asker, number: int) -> Published:
        """Put the words of an older edition (0: the shipped ones) in force again at once: two people have seen them already.

        Raises NotAllowed, NotFound, Conflict (it is in force), Invalid (it does not fit this release any more).
        """
        asker.must(Ability.PUBLISH_MENU)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            await in_turn(tx)
            newest = await newest_number(tx)
            if number == newest:
                raise Conflict("it is in force", edition=number)
            old = (await published(tx, number)).texts if number else {}
            await self._must_be_faultless(old)
            again = MenuEdition(
                texts=dict(old), based_on=newest, restored_from=number, made_at=now, made_by_id=asker.id, changed_at=now
            )
            tx.add(again)
            done = await self._put_in_force(tx, asker, again, "menu.rolled_back")
        await self._heard()
        return done

    async def compare(self, asker: Asker, before: int, after: int | None) -> Sequence[Difference]:
        """What two editions say otherwise (0: the shipped words); ``after`` None: the draft. Raises NotAllowed, NotFound."""
        asker.must(Ability.EDIT_MENU)
        async with self._transactions.begin() as tx:
            first = (await published(tx, before)).texts if before else {}
            if after is None:
                draft = (await tx.exec(DRAFT)).first()
                if draft is None:
                    raise NotFound("there is no draft")
                second = draft.texts
            else:
                second = (await published(tx, after)).texts if after else {}
        pairs = (
            (text, first.get(text.name, text.words), second.get(text.name, text.words)) for text in self._catalogue.texts.values()
        )
        return [Difference(name=text.name, label=text.label, before=old, after=new) for text, old, new in pairs if old != new]

    async def sound(self, asker: Asker, words: str) -> bytes:
        """Words as callers hear them, WAV. Raises NotAllowed, SpeechAway, Invalid (nothing to read, or too much)."""
        asker.must(Ability.EDIT_MENU)
        said = clean_text(words).strip()
        if not said or len(said) > ALOUD_LIMIT:
            raise Invalid(field="words", reason="too_long" if said else "missing")
        return await self._aloud.sound(said)

    async def simulate(self, asker: Asker, edition_id: int | None, call: Call) -> Told:
        """The next step of a pretended call: in the draft, or (``edition_id`` None) in the edition in force.

        Raises NotAllowed, NotFound, Invalid (the draft has faults: it cannot be spoken).
        """
        wording, calendar = await self._tried(asker, edition_id)
        with trying(wording):
            return await asyncio.to_thread(self._phone.step, pretended(call, calendar, self._catalogue, self._clock.now()))

    async def chat(self, asker: Asker, edition_id: int | None, typed: str) -> ChatTold:
        """What an applicant reads in Telegram after these words (the menu for none), in the draft or in the edition in force.

        Raises NotAllowed, NotFound, Invalid (the draft has faults).
        """
        wording, calendar = await self._tried(asker, edition_id)
        with trying(wording):
            return await self._chat.told(clean_line(typed, ALOUD_LIMIT), calendar.notice_of(self._clock.now()))

    async def _tried(self, asker: Asker, edition_id: int | None) -> tuple[Wording, WorkCalendar]:
        asker.must(Ability.EDIT_MENU)
        async with self._transactions.begin() as tx:
            calendar = await self._calendar_of(tx)
            draft = await tx.get(MenuEdition, edition_id) if edition_id is not None else None
        if edition_id is None:
            return in_force(), calendar
        if draft is None:
            raise NotFound("no such edition")
        if faults := faults_in(draft.texts, self._catalogue):
            raise Invalid("the edition has faults", fields=faults)
        return Wording(texts=draft.texts), calendar

    async def check(self, asker: Asker, edition_id: int) -> Mapping[str, str]:
        """All that is wrong with the draft, also what only a walk through the menu shows. Raises NotAllowed, NotFound."""
        asker.must(Ability.EDIT_MENU)
        async with self._transactions.begin() as tx:
            draft = await tx.get(MenuEdition, edition_id)
            if draft is None:
                raise NotFound("no such edition")
            texts = draft.texts
        return await self._all_faults(texts)

    async def _all_faults(self, texts: Mapping[str, str]) -> Mapping[str, str]:
        if faults := faults_in(texts, self._catalogue):
            return faults
        with trying(Wording(texts=texts)):
            return await asyncio.to_thread(self._phone.faults)

    async def _must_be_faultless(self, texts: Mapping[str, str]) -> None:
        if faults := await self._all_faults(texts):
            raise Invalid("the edition has faults", fields=faults)

    async def _heard(self) -> None:
        if self._keeper is not None:
            await self._keeper.refresh()

    def _written(self, texts: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
        written = dict(texts)
        for name, words in changes.items():
            said = None if words is None else clean_text(words).strip()
            if said is None or said == self._catalogue.texts[name].words:
                written.pop(name, None)
            else:
                written[name] = said
        return written

    def _shown(self, asker: Asker, draft: MenuEdition, names: Mapping[int, str]) -> DraftShown:
        return DraftShown(
            edition=draft,
            authors=[names.get(author, "") for author in draft.authors],
            faults=faults_in(draft.texts, self._catalogue),
            is_own=asker.id in draft.authors,
        )

    async def _put_in_force(self, tx: AsyncSession, asker: Asker, edition: MenuEdition, action: str) -> Published:
        now = self._clock.now()
        edition.number, edition.published_at, edition.published_by_id = await newest_number(tx) + 1, now, asker.id
        edition.version += 1
        await tx.flush()
        subject, number = f"menu:{edition.id}", edition.number
        await record(tx, now, action, subject, staff_id=asker.id, number=number, restored_from=edition.restored_from)
        return Published(number=number, at=now)
