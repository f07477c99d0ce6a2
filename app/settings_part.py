"""What every part of the settings shares: the environment, ``.env`` and secret files."""

from pathlib import Path

from pydantic import model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")
"""Where Docker and Kubernetes put secret files, each named after its setting."""


class Part(BaseSettings):
    """One part, read from the environment."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,  # among what a part was given are its secrets
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )

    @model_validator(mode="before")
    @classmethod
    def _an_empty_file_says_nothing(cls, given: dict[str, object]) -> dict[str, object]:
        """As with the environment: a secret file that was not filled yet is no secret."""
        return {name: value for name, value in given.items() if value != ""}
