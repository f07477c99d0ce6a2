"""The engine: SQLAlchemy 2 async on psycopg 3 (design decision 1)."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

DRIVER = "postgresql+psycopg"


def driver_url(url: str) -> str:
    """The same address with our driver; accepts ``postgres://`` and ``postgresql://``."""
    scheme, _, rest = url.partition("://")
    if scheme.split("+")[0] not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must be a PostgreSQL address")
    return f"{DRIVER}://{rest}"


def plain_url(url: str) -> str:
    """The same address as libpq reads it."""
    return f"postgresql://{url.partition('://')[2]}"


def open_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """An engine whose pool checks each connection before use, so that a database restart costs no request."""
    return create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={"application_name": "contact-centre", "options": "-c timezone=UTC -c jit=off"},
    )
