"""`python -m sandbox.telegram`: the Telegram sandbox on its own."""

import argparse
import socket
from pathlib import Path

import uvicorn

from sandbox.telegram.app import create_app
from sandbox.telegram.exchange import Exchange
from sandbox.telegram.settings import DEFAULT_TOKEN, BotAccount, Settings

STOP_WITHIN_SECONDS = 2


def main(arguments: list[str] | None = None) -> None:
    """Serve until interrupted; open live connections do not hold the stop for longer than two seconds."""
    parser = argparse.ArgumentParser(
        prog="python -m sandbox.telegram", description="A Telegram Bot API server and a chat page for one machine."
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--data-dir", type=Path, help="keep the files here as well")
    parser.add_argument("--token", action="append", help=f"a bot's token; may be given several times (default: {DEFAULT_TOKEN})")
    parser.add_argument("--username", action="append", help="the bot's username, in the order of the tokens")
    parser.add_argument("--name", action="append", help="the name people see, in the order of the tokens")
    parser.add_argument(
        "--retry-longest", type=float, default=60.0, help="longest pause before an update is sent to a webhook again"
    )
    parser.add_argument("--log-level", default="warning")
    options = parser.parse_args(arguments)
    settings = Settings(bots=_bots(options), data_dir=options.data_dir, retry_longest=options.retry_longest)
    app = create_app(settings)
    config = uvicorn.Config(
        app, host=options.host, port=options.port, log_level=options.log_level, timeout_graceful_shutdown=STOP_WITHIN_SECONDS
    )
    _Server(config, app.state.exchange).run()


class _Server(uvicorn.Server):
    """Lets live pages and long polls go before it waits for open connections."""

    def __init__(self, config: uvicorn.Config, exchange: Exchange) -> None:
        super().__init__(config)
        self._exchange = exchange

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._exchange.close()
        await super().shutdown(sockets)


def _bots(options: argparse.Namespace) -> tuple[BotAccount, ...]:
    tokens: list[str] = options.token or [DEFAULT_TOKEN]
    usernames: list[str] = options.username or []
    names: list[str] = options.name or []
    accounts: list[BotAccount] = []
    for place, token in enumerate(tokens):
        default = BotAccount().username if place == 0 else f"sandbox_{place + 1}_bot"
        username = usernames[place] if place < len(usernames) else default
        accounts.append(BotAccount(token=token, username=username, name=names[place] if place < len(names) else ""))
    return tuple(accounts)


if __name__ == "__main__":
    main()
