"""`python -m sandbox.jambonz`: the exchange on its own, with its telephones' page."""

import argparse
import socket
from pathlib import Path

import uvicorn

from sandbox.jambonz.app import create_app
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import ACCOUNT, APPLICATION, KEY, NUMBER, SECRET, PaceKind, Settings

STOP_WITHIN_SECONDS = 2


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted; calls that go on do not hold the stop for longer than two seconds."""
    options = _parser().parse_args(arguments)
    settings = Settings(
        call_hook=options.call_hook,
        status_hook=options.status_hook,
        queue_hook=options.queue_hook,
        secret=options.webhook_secret,
        key=options.key,
        account=options.account,
        application=options.application,
        tts=options.tts,
        tts_key=options.tts_key,
        stt=options.stt,
        stt_key=options.stt_key,
        trunk=options.trunk,
        numbers=tuple(options.trunk_number or (NUMBER,)),
        data_dir=options.data_dir,
        pace=PaceKind.REAL,
    )
    app = create_app(settings)
    exchange: Exchange = app.state.exchange
    for phone in options.phone or ():
        address, _, name = phone.partition("=")
        exchange.callee(address).name = name
    config = uvicorn.Config(
        app, host=options.host, port=options.port, log_level=options.log_level, timeout_graceful_shutdown=STOP_WITHIN_SECONDS
    )
    _Server(config, exchange).run()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox.jambonz", description="A jambonz exchange and a page of telephones.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8084)
    parser.add_argument("--call-hook", default="http://127.0.0.1:8080/voice/call")
    parser.add_argument("--status-hook", default="http://127.0.0.1:8080/voice/status")
    parser.add_argument("--queue-hook", default="")
    parser.add_argument("--webhook-secret", default=SECRET)
    parser.add_argument("--key", default=KEY, help="the API key")
    parser.add_argument("--account", default=ACCOUNT)
    parser.add_argument("--application", default=APPLICATION)
    parser.add_argument("--tts", default="", help="address of the speech service's voice; without one prompts are only shown")
    parser.add_argument("--tts-key", default="")
    parser.add_argument(
        "--stt", default="", help="address of the recogniser's websocket; without one typed speech is understood as it is"
    )
    parser.add_argument("--stt-key", default="")
    parser.add_argument("--trunk", default="trunk", help="the carrier's name")
    parser.add_argument("--trunk-number", action="append", help=f"a number that callers may dial (default: {NUMBER})")
    parser.add_argument("--phone", action="append", help='a telephone that is there from the start: "user:operator1=Name"')
    parser.add_argument("--data-dir", type=Path, help="keep the log of hooks here as well")
    parser.add_argument("--log-level", default="warning")
    return parser


class _Server(uvicorn.Server):
    """Lets live pages go before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, exchange: Exchange) -> None:
        super().__init__(config)
        self._exchange = exchange

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._exchange.feed.close()
        await super().shutdown(sockets)


if __name__ == "__main__":
    main()
