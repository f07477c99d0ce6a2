"""``python deploy/health.py PROCESS``: whether the process of this container lives; exit code 0 or 1.

``web``, ``recorder`` and ``speech`` are asked over HTTP. The others listen on nothing: they live as long as they talk to the
database from this address, the worker at least once a minute (it looks for work left behind every second).
"""

import sys
import urllib.request
from pathlib import Path

import psycopg

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # a script: its own folder is on the path, the house is not

from app.settings import Settings
from db.engine import plain_url

SECONDS = 5
_TALKS = (
    "SELECT count(*) FROM pg_stat_activity WHERE client_addr = inet_client_addr() AND pid <> pg_backend_pid()"
    " AND usename = current_user AND (NOT %s OR state_change > now() - interval '1 minute')"
)


def main(process: str) -> int:
    """0 when it lives."""
    settings = Settings()
    asked = {
        "web": f"{settings.web.web_port}/readyz",
        "recorder": f"{settings.recorder.voice_recorder_port}/healthz",
        "speech": f"{settings.speech.voice_speech_port}/healthz",
    }
    if process in asked:
        with urllib.request.urlopen(f"http://127.0.0.1:{asked[process]}", timeout=SECONDS) as answer:
            return 0 if answer.status == 200 else 1
    secret = settings.database.database_url
    if secret is None:
        return 1
    with psycopg.connect(plain_url(secret.get_secret_value()), autocommit=True, connect_timeout=SECONDS) as connection:
        row = connection.execute(_TALKS, (process == "worker",)).fetchone()
    return 0 if row and row[0] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
