"""Mails and files for these tests, right and wrong."""

import base64
import io
import struct
import zipfile

HEAD = (
    b"From: =?utf-8?B?0JHQvtGA0LjRgSDQnNC90LjQvNGL0Lk=?= <boris@example.org>\r\nTo: centre@vladikavkaz.example\r\n"
    b"Subject: =?utf-8?B?0K/QvNCw?=\r\nMessage-ID: <one@example.org>\r\nDate: Wed, 25 Nov 2026 12:00:00 +0300\r\n"
    b"MIME-Version: 1.0\r\n"
)
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00"


def a_mail(headers: bytes = b"", body: bytes = b"Hello.\r\n") -> bytes:
    """A mail of Boris's with more headers."""
    return HEAD + headers + b"\r\n" + body


def a_text(text: str, charset: str = "utf-8", *, said: str | None = None) -> bytes:
    """A plain mail in a charset; ``said`` is what its header calls it (nothing when empty)."""
    name = charset if said is None else said
    kind = f"Content-Type: text/plain; charset={name}\r\n" if name else "Content-Type: text/plain\r\n"
    return a_mail(kind.encode() + b"Content-Transfer-Encoding: 8bit\r\n", text.encode(charset))


def a_multipart(*parts: bytes, kind: str = "mixed", boundary: str = "b1") -> bytes:
    """Parts are whole, with their own headers."""
    inside = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return a_mail(f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode(), inside + f"--{boundary}--\r\n".encode())


def a_part(kind: str, body: bytes, more: str = "") -> bytes:
    """A part in base64."""
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{more}\r\n"
    return head.encode() + base64.encodebytes(body)


def with_file(name: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    """A text and a file."""
    text = b"Content-Type: text/plain\r\n\r\nSee the file."
    return a_multipart(text, a_part(f'{kind}; name="{name}"', content, f'Content-Disposition: attachment; filename="{name}"\r\n'))


def a_zip(**entries: bytes) -> bytes:
    """Names with two underscores for a point."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "."), content)
    return out.getvalue()


def a_locked_zip() -> bytes:
    """Its only entry has the sign of encryption set, in both places (APPNOTE 4.4.4)."""
    plain = bytearray(a_zip(a__txt=b"secret"))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = plain.index(mark) + at
        plain[position] |= 1
    return bytes(plain)


def a_lying_zip() -> bytes:
    """It says that its entry has ten bytes; it has a million."""
    honest = bytearray(a_zip(a__txt=b"0" * 1_000_000))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        position = honest.index(mark) + at
        honest[position : position + 4] = struct.pack("<I", 10)
    return bytes(honest)


def a_misplaced_zip() -> bytes:
    """It says that its directory stands further on than it does: its entry then lies before its beginning."""
    content = bytearray(a_zip(a__txt=b"x"))
    at = content.index(b"PK\x05\x06") + 16
    content[at : at + 4] = struct.pack("<I", struct.unpack_from("<I", content, at)[0] + 3)
    return bytes(content)


def a_nested_zip(levels: int) -> bytes:
    """A zip within a zip, and so on; one that holds itself looks no different."""
    content = b"core"
    for _ in range(levels):
        content = a_zip(a__zip=content)
    return content


def tnef_attribute(level: int, number: int, kind: int, value: bytes) -> bytes:
    """With its checksum ([MS-OXTNEF] 2.1.3.3)."""
    return struct.pack("<BHHI", level, number, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def tnef_property(kind: int, number: int, value: bytes) -> bytes:
    """A variable one with one value."""
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)


def a_parcel(*attributes: bytes) -> bytes:
    """A winmail.dat."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def der(tag: int, *content: bytes) -> bytes:
    """One element of definite length."""
    inside = b"".join(content)
    size = len(inside)
    if size < 0x80:
        return bytes((tag, size)) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + inside


def ber(tag: int, *content: bytes) -> bytes:
    """One element of indefinite length."""
    return bytes((tag, 0x80)) + b"".join(content) + b"\0\0"
