"""The settings of the keys that contacts and recordings are sealed with."""

from pydantic import SecretStr

from app.settings_part import Part


class KeySettings(Part):
    """The master keys (ADR 0035, 0037): ``name:key``, more than one divided by commas; the first is the one to wrap with.

    Without them the embedded database has key files in ``VAR_DIR``; a database of its own needs them. ``recording_keys`` is for the
    recorder alone.
    """

    contact_keys: SecretStr | None = None
    recording_keys: SecretStr | None = None
