"""How long what is kept (core.keeping.kinds)."""

from typing import Self

from pydantic import Field, model_validator

from app.settings_part import Part
from core.keeping.kinds import KINDS, Kind


class KeepingSettings(Part):
    """``retention_days``: the terms that the city decided, in days by kind; the others stay as core/keeping/kinds.py has them."""

    retention_days: dict[Kind, int] = Field(default={})

    @model_validator(mode="after")
    def _terms_may_be_set_so(self) -> Self:
        for kind, days in self.retention_days.items():
            if not KINDS[kind].setting:
                raise ValueError(f"RETENTION_DAYS cannot set {kind.value}")
            if days < KINDS[kind].least:
                raise ValueError(f"RETENTION_DAYS keeps {kind.value} for at least {KINDS[kind].least} days")
        return self
