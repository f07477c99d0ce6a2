"""How a refusal is told."""

from typing import Any

from pydantic import BaseModel


class Problem(BaseModel):
    """A refusal in Russian; ``code`` is for the program, ``fields`` says what is wrong where."""

    code: str
    message: str
    fields: dict[str, str] = {}
    facts: dict[str, Any] = {}
