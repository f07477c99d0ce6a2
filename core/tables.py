"""Every table of the core, so that the migrations see them all."""

import importlib
from pathlib import Path

for _subject in sorted(path.parent.name for path in Path(__file__).parent.glob("*/model.py")):
    importlib.import_module(f"core.{_subject}.model")
importlib.import_module("core.files")
