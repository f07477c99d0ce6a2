"""How the inbox is served."""

import uvicorn
from fastapi import FastAPI

GRACE_SECONDS = 2
"""uvicorn would wait for open live streams for ever."""


def server_config(app: FastAPI, *, host: str, port: int, behind_proxy: bool = False) -> uvicorn.Config:
    """uvicorn's configuration; ``behind_proxy`` believes the X-Forwarded headers of the proxy on the same machine or network."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        timeout_graceful_shutdown=GRACE_SECONDS,
        proxy_headers=behind_proxy,
        forwarded_allow_ips="*" if behind_proxy else None,
        server_header=False,
        date_header=True,
        access_log=False,
        log_config=None,
        h11_max_incomplete_event_size=64 * 1024,
    )
