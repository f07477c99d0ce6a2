"""Templates of the standard forms: to be edited in Word, checked and put in force (2.8.9)."""

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from core.staff.cleaning import clean_line
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory import mapping, template_schemas
from inbox.web.file_answers import saved_file
from inbox.web.masking import MaskedRoute
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, prefix="/api/forms", tags=["forms"])

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
Name = Annotated[str, Path(max_length=40)]
Version = Annotated[int | None, Query(ge=0, lt=2**31)]


@router.get("")
async def list_forms(asker: SignedIn, office: Desks) -> list[template_schemas.FormView]:
    """Every form with its fields and versions."""
    return [mapping.form(one) for one in await office.templates.list(asker)]


@router.get("/{name}/file", response_class=Response)
async def form_file(name: Name, asker: SignedIn, office: Desks, version: Version = None) -> Response:
    """A template to be edited in Word: the one in force, or a given version (0: the one that came with the system)."""
    found = await office.templates.file(asker, name, version)
    return saved_file(found.file_name, found.content, DOCX)


@router.get("/{name}/sample")
async def form_sample(name: Name, asker: SignedIn, office: Desks, version: Version = None) -> template_schemas.FormSample:
    """The form filled with invented facts."""
    return template_schemas.FormSample(html=await office.templates.sample(asker, name, version))


@router.post("/{name}/uploads", status_code=204)
async def upload_form(
    name: Name,
    asker: SignedIn,
    office: Desks,
    file: Annotated[UploadFile, File()],
    note: Annotated[str, Form(max_length=300)] = "",
) -> None:
    """Check a template and put it in force; 400 with what is wrong with it."""
    content = await judged(office.judge, file, is_read=True)
    await office.templates.upload(asker, name, content, file.filename or "", clean_line(note, 300))


@router.post("/{name}/restore", status_code=204)
async def restore_form(form: template_schemas.RestoreForm, name: Name, asker: SignedIn, office: Desks) -> None:
    """Put an earlier version in force again."""
    await office.templates.restore(asker, name, form.version, clean_line(form.note, 300))
