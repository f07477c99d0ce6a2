"""Checks the dialogue's files the way Rasa does, and fails on real warnings. ``python -m nlu.validate``.

``rasa data validate`` exits with 0 whatever it finds, and it knows nothing of the responses that our actions say and of the intents
that only the core gives. So its warnings are read one by one, and those that are about these are struck out.
"""

import re
import subprocess
import sys
from pathlib import Path

from nlu import paths

WARNING = re.compile(r"(?:UserWarning|WARNING|ERROR)\W+(?:rasa\.[\w.]+\s+-\s+)?(.+)")
UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule")
UNTRAINED = re.compile(r"The intent '(\w+)' is listed in the domain file, but is not found in the NLU training data")
HARMLESS = ("is deprecated", "Deprecat", "No story structure", "telemetry")


def warnings() -> list[str]:
    """Return Rasa's real warnings."""
    domain = ["--domain", str(paths.HOME / "domain"), "--data", str(paths.HOME / "data")]
    command = [str(paths.PYTHON), "-m", "rasa", "data", "validate", *domain, "--config", str(paths.HOME / "config.yml")]
    done = subprocess.run(command, cwd=paths.HOME, env=paths.rasa_environment(), capture_output=True, text=True, check=False)
    found = [match.strip() for match in WARNING.findall(_plain(done.stdout + done.stderr))]
    real = [line for line in dict.fromkeys(found) if not _is_explained(line)]
    return real if done.returncode == 0 else [*real, f"rasa data validate failed with {done.returncode}"]


def said_by_actions() -> list[re.Pattern[str]]:
    """Return patterns of the responses that our actions say; a brace in a name stands for any word."""
    names: set[str] = set()
    for file in sorted((paths.HOME / "components").rglob("*.py")):
        names.update(re.findall(r'f?"(utter_[\w{}().]+?)"', file.read_text(encoding="utf-8")))
    return [re.compile(re.sub(r"\\\{.+?\\\}", r"\\w+", re.escape(name))) for name in names]


def given_only(domain: Path) -> set[str]:
    """Return the intents that the core gives and nobody types: those after the remark in the domain."""
    text = (domain / "core.yml").read_text(encoding="utf-8")
    listed = text.split("# only given by the core", 1)[1].split("entities:", 1)[0]
    return set(re.findall(r"^- (\w+)", listed, flags=re.MULTILINE))


def _plain(output: str) -> str:
    return re.sub(r"\x1b\[\d*m", "", output)


def _is_explained(line: str) -> bool:
    unused, untrained = UNUSED.search(line), UNTRAINED.search(line)
    if unused:
        return any(pattern.fullmatch(unused[1]) for pattern in said_by_actions())
    if untrained:
        return untrained[1] in given_only(paths.HOME / "domain")
    return any(part in line for part in HARMLESS)


def main() -> int:
    """Print the real warnings; return 1 when there are any."""
    found = warnings()
    for line in found:
        sys.stdout.write(f"nlu: {line}\n")
    sys.stdout.write(f"nlu: {len(found)} warnings\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
