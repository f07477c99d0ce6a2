"""The settings of what watches over the processes."""

from pydantic import Field

from app.settings_part import Part


class WatchingSettings(Part):
    """Where each process tells of itself, apart from every address that the public reaches; port 0: nowhere.

    ``metrics_port`` is the first of the ports, one a process (``app.watching.serving.PLACES``).
    """

    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65000)
