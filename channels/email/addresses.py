"""Addresses that may be put into an envelope."""

from dataclasses import dataclass
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from core.channels import DeliveryError


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """A checked address: its domain as the name servers know it, its local part as it was given."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def needs_smtputf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) takes it; a domain in Cyrillic alone does not need that."""
        return not self.local.isascii()


@lru_cache(maxsize=1024)  # the centre's own address is in every mail; a check costs as much as sending
def read_address(given: str) -> MailAddress:
    """Raises DeliveryError (permanent) for what is no address; nothing is asked of name servers."""
    try:
        found = validate_email(given.strip(), check_deliverability=False)
    except EmailNotValidError as wrong:
        raise DeliveryError("not an e-mail address", permanent=True) from wrong
    return MailAddress(local=found.local_part, domain=found.ascii_domain)
