"""Every route of the inbox and what it asks for: the table that test_access.py holds the API to (reg. 2.10)."""

from tests.inbox.access.casework import CASEWORK, DIRECTORY, PAPERWORK
from tests.inbox.access.channels import LEFT, MAIL, MENU, NEWS, PHONE, SERVED
from tests.inbox.access.control import ACCOUNTS, KEEPING, QUALITY, REPORTS, TRAINING
from tests.inbox.access.knowledge import KNOWLEDGE
from tests.inbox.access.model import OWN, PUBLIC, Access
from tests.inbox.access.talks import TALKS

ROUTES = [
    *(*TALKS, *CASEWORK, *PAPERWORK, *DIRECTORY, *MAIL, *PHONE, *NEWS, *LEFT, *MENU, *SERVED),
    *(*KNOWLEDGE, *QUALITY, *REPORTS, *TRAINING, *KEEPING, *ACCOUNTS),
]

__all__ = ["ACCOUNTS", "OWN", "PUBLIC", "ROUTES", "Access"]
