"""The arrows between the folders go one way (docs/architecture.md)."""

import pytest
from importlinter.cli import lint_imports

from tests.house.tree import ROOT, modules, name_of


def test_the_import_contracts_hold(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(ROOT)
    broken = lint_imports(no_cache=True, no_logo=True)
    assert broken == 0, capsys.readouterr().out


def test_every_folder_with_modules_is_a_package() -> None:
    packages = {module.parent for module in modules()}
    lacking = [name_of(folder) for folder in packages if not (folder / "__init__.py").exists()]
    assert sorted(lacking) in ([], ["db/migrations/versions"])  # Alembic loads its versions by file
