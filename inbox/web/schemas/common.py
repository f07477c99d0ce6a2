"""Values that many models share."""

from typing import Annotated

from pydantic import Field

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Key = Annotated[str, Field(min_length=8, max_length=64)]
"""Made by the screen for one deed, so that a repeat does nothing new."""
Id = Annotated[int, Field(ge=1, lt=2**63)]
