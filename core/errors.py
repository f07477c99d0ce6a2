"""What the office refuses, in words of the office. Edges translate these; nothing else of ours is raised for a refusal."""


class OfficeError(Exception):
    """Root of every refusal; ``code`` names the phrase that a person is shown."""

    code = "refused"

    def __init__(self, message: str = "", **facts: object) -> None:
        super().__init__(message or self.code)
        self.facts = facts


class NotFound(OfficeError):
    """No such thing, or none that the asker may know of."""

    code = "not_found"


class NotAllowed(OfficeError):
    """The asker's role or the object's state forbids it."""

    code = "not_allowed"


class Conflict(OfficeError):
    """Somebody else was first; ``facts`` says who."""

    code = "conflict"


class Invalid(OfficeError):
    """What was given cannot be used; ``facts`` says which field and why."""

    code = "invalid"


class TooManyTries(OfficeError):
    """The rate limit was reached; ``facts['retry_after']`` is in seconds."""

    code = "too_many_tries"


class NotRegistrable(OfficeError):
    """Reg. 2.8.4: anonymous and abusive appeals are not registered; ``facts['reason']`` is a DeclineReason."""

    code = "not_registrable"


class NotFirst(Exception):
    """An earlier event of the same person is still to be handled: a matter between the desks, no refusal of a person."""
