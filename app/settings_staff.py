"""The settings of the staff's accounts."""

from typing import Literal

from pydantic import SecretStr

from app.settings_part import Part


class StaffSettings(Part):
    """Sign-in of the staff (reg. 2.10).

    ``staff_secret`` seals the secrets of second factors; without it nobody can have one. ``second_factor``: ``required`` of head
    and administrators, ``offered`` to all, or ``auto``: required where the inbox is reached over HTTPS.
    """

    staff_secret: SecretStr | None = None
    second_factor: Literal["auto", "offered", "required"] = "auto"
