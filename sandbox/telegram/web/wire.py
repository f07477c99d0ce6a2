"""Reading a call as any Bot API library may send it: query, form, multipart or JSON."""

import json
from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from sandbox.telegram.call import Upload
from sandbox.telegram.errors import Refusal, bad_request
from sandbox.telegram.files import UPLOAD_LIMIT

_SLACK = 1024 * 1024
_LONGEST_FIELD = 8 * 1024 * 1024


async def read_call(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters and uploads. Raises Refusal 413 above 50 MB and 400 for a body that cannot be read."""
    params: dict[str, Any] = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    if int(request.headers.get("content-length") or 0) > UPLOAD_LIMIT + _SLACK:
        async for _ in request.stream():
            pass  # read to the end: a client that still writes would see a cut connection instead of the answer
        raise _too_large()
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        await _read_multipart(request, params, uploads)
        return params, uploads
    body = await request.body()
    if len(body) > UPLOAD_LIMIT:
        raise _too_large()
    if kind == "application/json" and body:
        params |= _json(body)
    elif kind == "application/x-www-form-urlencoded":
        params |= dict(parse_qsl(_utf8(body), keep_blank_values=True))
    return params, uploads


async def _read_multipart(request: Request, params: dict[str, Any], uploads: dict[str, Upload]) -> None:
    try:
        form = await request.form(max_part_size=_LONGEST_FIELD)
    except MultiPartException as error:
        raise bad_request(f"can't parse the form: {error.message}") from error
    try:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                params[name] = uploads[name] = await _upload(value)
            else:
                params[name] = value
    finally:
        await form.close()
    _forget_attachments(params, uploads)


async def _upload(part: UploadFile) -> Upload:
    content = await part.read()
    if len(content) > UPLOAD_LIMIT:
        raise _too_large()
    return Upload(part.filename or "file", part.content_type or "", content)


def _forget_attachments(params: dict[str, Any], uploads: dict[str, Upload]) -> None:
    """A part that another parameter names by `attach://` is no parameter itself."""
    texts = [value for value in params.values() if isinstance(value, str) and "attach://" in value]
    for name in uploads:
        if any(f"attach://{name}" in text for text in texts):
            params.pop(name, None)


def _json(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError as error:
        raise bad_request("can't parse request JSON object") from error
    if not isinstance(content, dict):
        raise bad_request("request body must be a JSON object")
    return content


def _utf8(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise bad_request("strings must be encoded in UTF-8") from error


def _too_large() -> Refusal:
    return Refusal(413, "Request Entity Too Large")
