"""`python -m sandbox.mail`: the mail sandbox on its own."""

import argparse
import socket
from pathlib import Path

import uvicorn

from sandbox.mail.app import create_app
from sandbox.mail.office import PostOffice
from sandbox.mail.settings import Settings

STOP_WITHIN_SECONDS = 2


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted; open pages do not hold the stop for longer than two seconds."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.mail", description="A mail server, a mailbox, and a page of letters.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8083, help="of the page")
    parser.add_argument("--smtp-port", type=int, default=Settings().smtp_port)
    parser.add_argument("--imap-port", type=int, help="of the centre's mailbox; without one it is not served")
    parser.add_argument("--centre", default=Settings().centre, help="the centre's address")
    parser.add_argument("--data-dir", type=Path, help="keep the letters here")
    parser.add_argument("--log-level", default="warning")
    options = parser.parse_args(arguments)
    settings = Settings(
        data_dir=options.data_dir,
        smtp_host=options.host,
        smtp_port=options.smtp_port,
        imap_port=options.imap_port,
        centre=options.centre,
    )
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=options.host, port=options.port, log_level=options.log_level, timeout_graceful_shutdown=STOP_WITHIN_SECONDS
    )
    _Server(config, app.state.office).run()


class _Server(uvicorn.Server):
    """Lets live pages go before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, office: PostOffice) -> None:
        super().__init__(config)
        self._office = office

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._office.close()
        await super().shutdown(sockets)


if __name__ == "__main__":
    main()
