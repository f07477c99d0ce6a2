"""The part of the Compose specification that our file uses, closed: a key that is misspelt or out of place is refused."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Duration = Annotated[str, Field(pattern=r"^(\d+(us|ms|s|m|h))+$")]
Size = Annotated[str, Field(pattern=r"^\d+[bkmg]$")]
Word = Annotated[str, Field(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")]
Port = Annotated[str, Field(pattern=r"^\d+:\d+(/(tcp|udp))?$")]
Mount = Annotated[str, Field(pattern=r"^[a-z_]+:/[^:]*$")]


class Closed(BaseModel):
    """No other keys, no other kinds."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Build(Closed):
    """How an image is made."""

    context: str
    dockerfile: str


class HealthCheck(Closed):
    """How the engine asks."""

    test: list[str]
    interval: Duration
    timeout: Duration
    retries: int
    start_period: Duration


class Logging(Closed):
    """Where the lines go."""

    driver: Literal["json-file", "journald", "syslog"]
    options: dict[str, str]


class Limits(Closed):
    """What a container may take."""

    cpus: Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]
    memory: Size


class Resources(Closed):
    """Only limits are set."""

    limits: Limits


class Deploy(Closed):
    """How many, and how large."""

    replicas: int = 1
    resources: Resources


class Wait(Closed):
    """What another service must have reached."""

    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Config(Closed):
    """A file that a container is given, and where it finds it."""

    source: Word
    target: Annotated[str, Field(pattern=r"^/[^:]*$")]


class Service(Closed):
    """One service; a merge key was resolved before."""

    image: str
    restart: Annotated[str, Field(pattern=r"^(no|always|unless-stopped|on-failure(:\d+)?)$")]
    user: str
    read_only: bool
    cap_drop: list[str]
    security_opt: list[str]
    init: bool
    logging: Logging
    networks: list[Word]
    deploy: Deploy
    build: Build | None = None
    command: list[str] | None = None
    environment: dict[Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")], str] | None = None
    configs: list[Config] = []
    secrets: list[Word] = []
    volumes: list[Mount] = []
    tmpfs: list[str] = []
    ports: list[Port] = []
    profiles: list[Word] = []
    depends_on: dict[Word, Wait] = {}
    healthcheck: HealthCheck | None = None
    stop_grace_period: Duration | None = None
    shm_size: Size | None = None


class Network(Closed):
    """Internal: nobody outside is reached."""

    internal: bool = False


class HostFile(Closed):
    """A file of the host."""

    file: str


class Compose(BaseModel):
    """The whole file; ``x-…`` are ours."""

    model_config = ConfigDict(extra="allow", strict=True)

    name: Word
    services: dict[Word, Service]
    networks: dict[Word, Network]
    volumes: dict[Word, dict[str, str]]
    configs: dict[Word, HostFile]
    secrets: dict[Word, HostFile]
