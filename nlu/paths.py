"""Where the dialogue's files are, and what its processes find in their environment. Nothing of Rasa here."""

import os
from pathlib import Path

HOME = Path(__file__).resolve().parent
ROOT = HOME.parent
MODELS = HOME / "models"
PYTHON = HOME / ".venv" / "bin" / "python"
RASA = HOME / ".venv" / "bin" / "rasa"
LOGS = ROOT / "var" / "log"
TRAINED_FROM = (
    *("config.yml", "uv.lock", "domain", "data"),
    *(f"components/{name}.py" for name in ("classifier", "features", "intent", "text")),
)
"""What a trained model depends on, relative to HOME. Forms and actions are not in it: they are read when the server starts."""


def rasa_environment(token: str | None = None) -> dict[str, str]:
    """Return the environment of a Rasa process: ours on its path, quiet, one thread for each encoder.

    More OpenMP threads than one make the encoders spin on a busy machine: p99 of a turn rises from 60 ms to 2.5 s.
    """
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    own = {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "RASA_TELEMETRY_ENABLED": "false",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "MPLCONFIGDIR": str(ROOT / "var" / "matplotlib"),
        "LOG_LEVEL_LIBRARIES": "ERROR",
    }
    return inherited | own | ({"NLU_TOKEN": token} if token else {})
