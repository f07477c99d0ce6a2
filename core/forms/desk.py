"""Templates of the standard forms: what a clerk uploads is checked before it is used, and any earlier version comes back."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Invalid, NotFound
from core.files import load_file, store_file
from core.forms.fields import Form, FormField, form_named, forms
from core.forms.model import FormTemplate
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name
from core.staff.model import StaffMember
from core.typist import Typist
from db.transactions import Transactions

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HISTORY = 50
"""Versions of one form that a screen shows."""
NOTE_LIMIT = 300
FORM_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('form_template'), hashtext(:name))")
"""Versions of one form are numbered one after another."""
_NEWEST = select(FormTemplate).where(FormTemplate.name == bindparam("name")).order_by(col(FormTemplate.version).desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateVersion:
    """One line of a form's history; ``built_in``: the clerk went back to the template that came with the system."""

    version: int
    file_name: str
    built_in: bool
    uploaded_by: str
    uploaded_at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """A form, what it may be filled with, and its versions, newest (in force) first; none: the built-in template is in force."""

    name: str
    title: str
    fields: Sequence[FormField]
    versions: Sequence[TemplateVersion]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFile:
    """A template to be edited in Word."""

    file_name: str
    content: bytes


class TemplateDesk:
    """Use cases of the standard forms. ``built_in`` gives the template that came with the system, by the form's name."""

    def __init__(self, *, transactions: Transactions, clock: Clock, typist: Typist, built_in: Callable[[str], bytes]) -> None:
        self._transactions = transactions
        self._clock = clock
        self._typist = typist
        self._built_in = built_in

    async def list(self, asker: Asker) -> Sequence[FormState]:
        """Every form with its fields and versions. Raises NotAllowed."""
        asker.must(Ability.EDIT_TEMPLATES)
        async with self._transactions.begin() as tx:
            return tuple([await _state(tx, form) for form in forms().values()])

    async def current(self, tx: AsyncSession, name: str) -> bytes:
        """The template in force, for a desk that fills the form in its own transaction. Raises NotFound."""
        form = form_named(name)
        return await self._content(tx, await _newest(tx, form.name), form.name)

    async def file(self, asker: Asker, name: str, version: int | None = None) -> TemplateFile:
        """A template to download: the one in force, or a given version (0: the built-in). Raises NotAllowed, NotFound."""
        asker.must(Ability.EDIT_TEMPLATES)
        form = form_named(name)
        async with self._transactions.begin() as tx:
            row = await _chosen(tx, form.name, version)
            content = await self._content(tx, row, form.name)
        return TemplateFile(file_name=(row.file_name if row else "") or f"{form.name}.docx", content=content)

    async def sample(self, asker: Asker, name: str, version: int | None = None) -> str:
        """Safe HTML of the form filled with invented facts, to look at before it is used. Raises NotAllowed, NotFound, Invalid."""
        found = await self.file(asker, name, version)
        return await self._typist.page(await self._typist.form(found.content, form_named(name).examples()))

    async def upload(self, asker: Asker, name: str, content: bytes, file_name: str, note: str = "") -> TemplateVersion:
        """Check a clerk's template and put it in force.

        Raises NotAllowed, NotFound, and Invalid with ``fields["template"]``: what the typist found unreadable or forbidden, or
        ``unknown_variable`` (``facts["unknown"]``) or ``missing_variable`` (``facts["missing"]``).
        """
        asker.must(Ability.EDIT_TEMPLATES)
        form, now = form_named(name), self._clock.now()
        await self._check(content, form)
        async with self._transactions.begin() as tx:
            key = await store_file(tx, content, DOCX, now)
            row = FormTemplate(
                name=form.name,
                version=0,
                file_key=key,
                file_name=clean_file_name(file_name)[-200:],
                uploaded_by_id=asker.id,
                uploaded_at=now,
                note=note.strip()[:NOTE_LIMIT],
            )
            return await self._put(tx, asker, row, "template.uploaded")

    async def restore(self, asker: Asker, name: str, version: int | None = None, note: str = "") -> TemplateVersion:
        """Put an earlier version in force again, as a new version; None: the built-in one, as each release brings it.

        Raises NotAllowed, NotFound, and Invalid like ``upload`` when the form has changed since that version.
        """
        asker.must(Ability.EDIT_TEMPLATES)
        form, now = form_named(name), self._clock.now()
        row = FormTemplate(
            name=form.name, version=0, uploaded_by_id=asker.id, uploaded_at=now, note=note.strip()[:NOTE_LIMIT], file_name=""
        )
        if version:
            await self._check((await self.file(asker, name, version)).content, form)
        async with self._transactions.begin() as tx:
            earlier = await _chosen(tx, form.name, version or 0)
            row.file_key, row.file_name = (earlier.file_key, earlier.file_name) if earlier else (None, "")
            return await self._put(tx, asker, row, "template.restored", restored=version or 0)

    async def _check(self, content: bytes, form: Form) -> None:
        report = await asyncio.to_thread(self._typist.check, content, form.name)
        if report.unknown:
            raise Invalid("unknown variables", fields={"template": "unknown_variable"}, unknown=[*report.unknown])
        if report.missing:
            raise Invalid("missing variables", fields={"template": "missing_variable"}, missing=[*report.missing])

    async def _put(self, tx: AsyncSession, asker: Asker, row: FormTemplate, action: str, **details: object) -> TemplateVersion:
        await (await tx.connection()).execute(FORM_LOCK, {"name": row.name})
        newest = await _newest(tx, row.name)
        row.version = (newest.version if newest else 0) + 1
        tx.add(row)
        await tx.flush()
        await record(tx, row.uploaded_at, action, f"template:{row.name}", staff_id=asker.id, version=row.version, **details)
        return _version(row, asker.full_name)

    async def _content(self, tx: AsyncSession, row: FormTemplate | None, name: str) -> bytes:
        if row is None or row.file_key is None:
            return self._built_in(name)
        return (await load_file(tx, row.file_key)).content


async def _newest(tx: AsyncSession, name: str) -> FormTemplate | None:
    return (await tx.exec(_NEWEST, params={"name": name})).first()


async def _chosen(tx: AsyncSession, name: str, version: int | None) -> FormTemplate | None:
    if version is None:
        return await _newest(tx, name)
    if version == 0:
        return None
    wanted = select(FormTemplate).where(FormTemplate.name == name, FormTemplate.version == version)
    found = (await tx.exec(wanted)).first()
    if found is None:
        raise NotFound("no such version", form=name, version=version)
    return found


async def _state(tx: AsyncSession, form: Form) -> FormState:
    wanted = (
        select(FormTemplate, StaffMember.full_name)
        .join(StaffMember, col(StaffMember.id) == col(FormTemplate.uploaded_by_id))
        .where(FormTemplate.name == form.name)
        .order_by(col(FormTemplate.version).desc())
        .limit(HISTORY)
    )
    versions = tuple(_version(row, full_name) for row, full_name in (await tx.exec(wanted)).all())
    return FormState(name=form.name, title=form.title, fields=tuple(form.fields.values()), versions=versions)


def _version(row: FormTemplate, uploaded_by: str) -> TemplateVersion:
    return TemplateVersion(
        version=row.version,
        file_name=row.file_name,
        built_in=row.file_key is None,
        uploaded_by=uploaded_by,
        uploaded_at=row.uploaded_at,
        note=row.note,
    )
