"""Makes the dialogue ready to start: its environment and its model, each only when what it depends on has changed.

``python -m nlu.train`` from the core's environment; no Rasa is imported here.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from nlu import paths

Say = Callable[[str], None]


class TrainingFailed(Exception):
    """Rasa could not train the model, or uv could not make its environment; the message names the log."""


def ensure_environment(uv: str, say: Say = print) -> None:
    """Make ``nlu/.venv`` as the lock says; quick when it is so already. Raises TrainingFailed."""
    say("nlu: environment ...")
    inherited = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    _run([uv, "sync", "--frozen", "--project", str(paths.HOME)], "nlu-environment.log", inherited)


def ensure_model(say: Say = print) -> Path:
    """Return the model for the present data, trained now if there is none yet. Raises TrainingFailed."""
    paths.MODELS.mkdir(parents=True, exist_ok=True)
    with (paths.MODELS / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _ensured(say)


def _ensured(say: Say) -> Path:
    """Train if need be; one process at a time, so that two starts at once do not train twice."""
    model = model_path()
    if model.is_file():
        say(f"nlu: model {model.parent.name} is up to date")
        return model
    say("nlu: training the model (about a minute) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nlu-train-") as scratch:
        _run(_training(Path(scratch), model.parent.name), "nlu-train.log", paths.rasa_environment(), Path(scratch))
        trained = Path(scratch) / model.name
        if not trained.is_file():
            raise TrainingFailed(f"Rasa made no model; see {paths.LOGS / 'nlu-train.log'}")
        _publish(trained, model)
    say(f"nlu: model {model.parent.name} trained in {time.monotonic() - began:.0f} s")
    return model


def model_path() -> Path:
    """Return where the model for the present data is or will be; its directory holds no other."""
    name = fingerprint()
    return paths.MODELS / name / f"{name}.tar.gz"


def fingerprint() -> str:
    """Return a hash over everything that the model depends on."""
    digest = hashlib.sha256()
    for file in _sources():
        digest.update(str(file.relative_to(paths.HOME)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    for name in paths.TRAINED_FROM:
        source = paths.HOME / name
        files = sorted(source.rglob("*")) if source.is_dir() else [source]
        yield from (file for file in files if file.suffix in {".yml", ".py", ".lock"} and file.is_file())


def _training(scratch: Path, name: str) -> list[str]:
    """Return the command; ``--force`` because Rasa's cache does not see changes in our component's modules."""
    given = ["--config", paths.HOME / "config.yml", "--domain", paths.HOME / "domain", "--data", paths.HOME / "data"]
    made = ["--out", scratch, "--fixed-model-name", name, "--force", "--quiet"]
    return [str(part) for part in [paths.PYTHON, "-m", "rasa", "train", *given, *made]]


def _publish(trained: Path, model: Path) -> None:
    """Put the model in place at one stroke and take older ones away."""
    model.parent.mkdir(parents=True, exist_ok=True)
    unfinished = model.with_name("unfinished.partial")
    shutil.copyfile(trained, unfinished)
    unfinished.replace(model)
    for other in paths.MODELS.iterdir():
        if other != model.parent and other.is_dir():
            shutil.rmtree(other, ignore_errors=True)


def _run(command: list[str], log_name: str, environment: dict[str, str], cwd: Path = paths.HOME) -> None:
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    log = paths.LOGS / log_name
    with log.open("wb") as noise:
        done = subprocess.run(command, cwd=cwd, env=environment, stdout=noise, stderr=noise, check=False)
    if done.returncode != 0:
        raise TrainingFailed(f"{command[0]} failed with {done.returncode}; see {log}")


if __name__ == "__main__":
    try:
        ensure_model(lambda line: print(line, flush=True))  # noqa: T201
    except TrainingFailed as failed:
        sys.exit(str(failed))
