"""The parts of a mail as bytes (RFC 2045): nothing but 7 bit leaves us, a relay that recodes breaks signatures."""

import base64
import secrets
from collections.abc import Sequence
from email.message import MIMEPart
from email.policy import SMTP

LONGEST_LINE = 998
"""Of a text that goes as it is (RFC 5321, 4.5.3.1.6)."""
_NAMES = SMTP.clone(cte_type="7bit")


def text(content: str, subtype: str) -> bytes:
    """A text; as base 64 when it has other than ASCII letters or lines that are too long."""
    content = "\r\n".join(content.splitlines()) + "\r\n"
    if content.isascii() and all(len(line) <= LONGEST_LINE for line in content.split("\r\n")):
        head = f'Content-Type: text/{subtype}; charset="us-ascii"\r\nContent-Transfer-Encoding: 7bit\r\n\r\n'
        return head.encode() + content.encode("ascii")
    head = f'Content-Type: text/{subtype}; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    return head.encode() + _base64(content.encode())


def file(content: bytes, media_type: str, name: str) -> bytes:
    """An attachment; its name as RFC 2231 has it. Raises what the library raises for a name that it cannot write."""
    main, _, sub = media_type.partition("/")
    part = MIMEPart(policy=_NAMES)
    part.set_content(b"", maintype=main, subtype=sub, filename=name)
    return part.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + _base64(content)


def together(parts: Sequence[bytes], subtype: str) -> bytes:
    """Several parts as one."""
    # Neither base 64 nor a header can have these two signs together at a line's beginning, and nobody can guess the rest.
    boundary = f"=_{secrets.token_hex(16)}"
    head = f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n\r\n'.encode()
    start = f"--{boundary}\r\n".encode()
    return head + b"".join(start + part.removesuffix(b"\r\n") + b"\r\n" for part in parts) + f"--{boundary}--\r\n".encode()


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")
