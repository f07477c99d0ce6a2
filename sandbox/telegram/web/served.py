"""A stored file as an HTTP answer, with ranges so that players can seek."""

import re
from urllib.parse import quote

from fastapi.responses import Response

from sandbox.telegram.files import StoredFile

_SHOWN = re.compile(r"^(image/(png|jpeg|gif|webp)|audio/[\w.+-]+|video/[\w.+-]+|application/ogg)$")
_TYPES = {
    "photo": "image/jpeg",
    "voice": "audio/ogg",
    "sticker": "image/webp",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "audio": "audio/mpeg",
}
_RANGE = re.compile(r"bytes=(\d+)-(\d*)$")


def served(stored: StoredFile, wanted: str) -> Response:
    """The whole file, or the range that `wanted` (the Range header) names."""
    mime = stored.mime if _SHOWN.match(stored.mime) else _TYPES.get(stored.kind, "application/octet-stream")
    name = stored.name or stored.path.rsplit("/", 1)[-1]
    place = "attachment" if mime == "application/octet-stream" else "inline"
    headers = {
        "Content-Disposition": f"{place}; filename*=UTF-8''{quote(name)}",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600",
    }
    match = _RANGE.match(wanted)
    if match is None:
        return Response(stored.content, media_type=mime, headers=headers)
    size = len(stored.content)
    first, last = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if first > last:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(stored.content[first : last + 1], 206, headers, mime)
