"""The settings of what watches over the processes."""

from pydantic import Field

from app.settings_part import Part

PLACES = ("web", "worker", "mail", "bots", "duty", "recorder", "speech")
"""The processes in the order of their ports, beginning with METRICS_PORT."""


class WatchingSettings(Part):
    """Where each process tells of itself, apart from every address that the public reaches; port 0: nowhere.

    ``metrics_port`` is the first of the ports, one a process. ``drain_seconds``: how long a process that is told to stop says so
    to its balancer before it takes no more connections; 0 where nothing asks ``/readyz``.
    ``traces_url``: the collector that spans are sent to (OTLP over HTTP); empty: none are made. ``traces_share`` of them are kept.
    """

    metrics_host: str = "127.0.0.1"
    metrics_port: int = Field(default=0, ge=0, le=65000)
    traces_url: str = ""
    traces_share: float = Field(default=1.0, ge=0, le=1)
    drain_seconds: float = Field(default=0.0, ge=0, le=300)

    def port_of(self, process: str) -> int:
        """The port of a process; 0 when it tells nothing. Raises ValueError for a process that has none."""
        return self.metrics_port and self.metrics_port + PLACES.index(process)
