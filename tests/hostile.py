"""Names of the worst kind, for whoever shows, prints or sends what people write."""

from pathlib import Path

import yaml

NAMES: dict[str, str] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
