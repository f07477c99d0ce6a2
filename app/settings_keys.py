"""The settings of the keys that contacts are sealed with."""

from pydantic import SecretStr

from app.settings_part import Part


class KeySettings(Part):
    """The master keys (ADR 0035): ``name:key``, more than one divided by commas; the first is the one to wrap with.

    Without them the embedded database has a key file in ``VAR_DIR``; a database of its own needs them.
    """

    contact_keys: SecretStr | None = None
