"""Writing header lines: the library's own folding loses spaces between encoded words, and encodes ids longer than a line."""

from collections.abc import Callable, Mapping
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.policy import EmailPolicy
from email.utils import formataddr
from typing import Any

LINE = 76
AS_GIVEN = frozenset({"subject", "in-reply-to", "references"})


class MailPolicy(EmailPolicy):
    """SMTP's policy with our own lines for the headers that hold words, addresses or ids."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """Foreign words stay as they were given: parsed, what only looks encoded would be decoded, line ends and all."""
        return (name, value) if name.lower() in AS_GIVEN else super().header_store_parse(name, value)

    def fold(self, name: str, value: Any) -> str:
        """See email.policy.Policy."""
        write = WRITERS.get(name.lower())
        return super().fold(name, value) if write is None else f"{name}: {write(name, value)}\r\n"

    def fold_binary(self, name: str, value: Any) -> bytes:
        """See email.policy.Policy."""
        return self.fold(name, value).encode("utf-8" if self.utf8 else "ascii")


ASCII = MailPolicy(linesep="\r\n", cte_type="7bit")
"""Nothing but 7 bit leaves us: a relay that would recode the mail breaks its signature."""
UNICODE = MailPolicy(linesep="\r\n", cte_type="7bit", utf8=True)
"""For an address that only SMTPUTF8 can carry; all else stays 7 bit."""


def _apart(_name: str, value: Any) -> str:
    """Ids and bare addresses: one on each line, never encoded."""
    return "\r\n ".join(str(value).split())


def _words(name: str, value: Any) -> str:
    return _encoded(" ".join(str(value).split()), name)


def _people(name: str, value: AddressHeader) -> str:
    return ",\r\n ".join(_person(name, address) for address in value.addresses)


def _person(name: str, address: Address) -> str:
    if address.display_name.isascii() and "=?" not in address.display_name:
        return formataddr((address.display_name, address.addr_spec))
    return f"{_encoded(address.display_name, name)}\r\n <{address.addr_spec}>"


def _encoded(words: str, name: str) -> str:
    """RFC 2047; whole characters in each encoded word, the spaces within. What looks encoded, or fits no line, is encoded too."""
    is_plain = words.isascii() and "=?" not in words and all(len(word) < LINE // 2 for word in words.split())
    charset = "us-ascii" if is_plain else "utf-8"
    return Header(words, charset, maxlinelen=LINE, header_name=name).encode(linesep="\r\n")


WRITERS: Mapping[str, Callable[[str, Any], str]] = {
    "from": _people,
    "reply-to": _people,
    "to": _apart,
    "cc": _apart,
    "subject": _words,
    "message-id": _apart,
    "in-reply-to": _apart,
    "references": _apart,
}
