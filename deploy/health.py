"""``python deploy/health.py PROCESS``: whether the process of this container is ready; exit code 0 or 1.

Each process tells it at ``/readyz`` on its own port (docs/how-to/observe.md). An engine that kills what is not healthy asks
``/livez`` instead: a process that waits for its database must not be killed for it.
"""

import sys
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # a script: its own folder is on the path, the house is not

from app.settings_watching import WatchingSettings

SECONDS = 5


def main(process: str, path: str = "readyz") -> int:
    """0 when it is ready."""
    port = WatchingSettings().port_of(process)
    if not port:
        raise SystemExit("METRICS_PORT is not set: the process tells nothing of itself.")
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=SECONDS) as answer:
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, TimeoutError):
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
