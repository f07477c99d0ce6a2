"""Where a mail stands, and how it found its place."""

from enum import StrEnum


class MailState(StrEnum):
    """How far a mail was carried; ``failed``: given up after several tries, kept for somebody to look at."""

    STORED = "stored"
    READ = "read"
    ROUTED = "routed"
    FAILED = "failed"


class Place(StrEnum):
    """What became of a mail.

    ``report``: told of a delivery of ours; ``memo``, ``proposal``, ``note``: a department's answer, its "cannot" to be confirmed,
    or words without a file; ``thread``: joined an appeal's thread; ``conversation``: the sender's conversation; ``aside``: kept
    among the other mail, where nobody is answered.
    """

    REPORT = "report"
    MEMO = "memo"
    PROPOSAL = "proposal"
    NOTE = "note"
    THREAD = "thread"
    CONVERSATION = "conversation"
    ASIDE = "aside"
