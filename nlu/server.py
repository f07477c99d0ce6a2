"""The command that starts Rasa; the supervisor runs it. ``python -m nlu.server PORT`` runs it in the foreground.

The port listens on the loopback only and has no management API: the connector behind its token is the only way in.
"""

import os
import sys
from pathlib import Path

from nlu import paths
from nlu.train import model_path

READY = "/webhooks/core/"
"""Answers 200 once the model is loaded and warm."""


def server_command(port: int, token: str, model: Path | None = None, host: str = "127.0.0.1") -> tuple[list[str], dict[str, str]]:
    """Return the arguments and the environment of a Rasa server for the trained model (``nlu.train.ensure_model``)."""
    arguments = [
        paths.PYTHON,
        *("-m", "rasa", "run", "--interface", host, "--port", port),
        *("--model", model or model_path()),
        *("--credentials", paths.HOME / "credentials.yml", "--endpoints", paths.HOME / "endpoints.yml"),
    ]
    return [str(argument) for argument in arguments], paths.rasa_environment(token)


def main() -> None:
    """Become the server, with the token from NLU_TOKEN."""
    token = os.environ.get("NLU_TOKEN")
    if len(sys.argv) != 2 or not sys.argv[1].isdigit() or not token:
        sys.exit("usage: NLU_TOKEN=... python -m nlu.server PORT")
    arguments, environment = server_command(int(sys.argv[1]), token)
    os.chdir(paths.HOME)
    os.execve(arguments[0], arguments, environment)  # noqa: S606


if __name__ == "__main__":
    main()
