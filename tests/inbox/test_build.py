"""The build of the browser app, without Node."""

import fcntl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inbox import build
from tests import patience


def test_who_finds_another_building_waits_and_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(build.SKIP, raising=False)
    (tmp_path / build.UI).mkdir(parents=True)
    stamp = tmp_path / build.DIST / build.STAMP
    stamp.parent.mkdir(parents=True)
    steps: list[str] = []
    monkeypatch.setattr(build, "_install", lambda root: steps.append("install"))
    monkeypatch.setattr(build, "_node_script", lambda root, name, *arguments: steps.append(name))
    looked, is_stamped = threading.Event(), build._is_stamped

    def look(place: Path, digest: str) -> bool:
        found = is_stamped(place, digest)
        looked.set()
        return found

    monkeypatch.setattr(build, "_is_stamped", look)
    with (tmp_path / build.LOCK).open("w") as other, ThreadPoolExecutor(1) as pool:
        fcntl.flock(other, fcntl.LOCK_EX)
        waiting = pool.submit(build.ensure_ui_built, tmp_path)
        assert looked.wait(patience.SECONDS)
        stamp.write_text(build.sources_digest(tmp_path), "utf-8")
        fcntl.flock(other, fcntl.LOCK_UN)
        assert waiting.result(patience.SECONDS) is False
    assert steps == []
    stamp.write_text("older sources", "utf-8")
    assert build.ensure_ui_built(tmp_path) is True
    assert steps == ["install", "openapi-typescript", "vue-tsc", "vite"]
    assert build.ensure_ui_built(tmp_path) is False
