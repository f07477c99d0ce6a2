"""Every setting has a line in .env.example and back; secrets cannot be printed; nobody else reads settings."""

import re

import pytest
from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from app.settings import PARTS, Settings
from tests.house.tree import ROOT, modules, name_of

FIELDS = {name.upper(): field for part in PARTS for name, field in part.model_fields.items()}
LINES = dict(re.findall(r"^([A-Z_0-9]+)=(.*)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
SECRET = re.compile(r"TOKEN|SECRET|PASSWORD|DATABASE_URL|_KEYS")


def test_every_setting_has_a_line_in_the_example() -> None:
    assert not set(FIELDS) - set(LINES)


def test_every_line_of_the_example_is_a_setting() -> None:
    assert not set(LINES) - set(FIELDS)


@pytest.mark.parametrize("name", sorted(set(FIELDS) & set(LINES)))
def test_the_example_shows_the_default(name: str) -> None:
    default = FIELDS[name].default
    assert default is not PydanticUndefined, "everything has a default"
    assert LINES[name] == ("" if default is None else str(default))


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_a_secret_cannot_be_printed(name: str) -> None:
    assert (SecretStr in (FIELDS[name].annotation, *getattr(FIELDS[name].annotation, "__args__", ()))) == bool(SECRET.search(name))


def test_settings_are_the_parts() -> None:
    assert {type(part) for part in vars(Settings()).values()} == set(PARTS)


def test_settings_are_read_in_app_only() -> None:
    """The dialogue is a program of its own and reads its token; engines and children are told their threads and PATH."""
    readers = {
        "nlu/paths.py",
        "nlu/server.py",
        "nlu/train.py",
        "inbox/build.py",
        "core/knowledge/embedding.py",
        "channels/voice/sound/studio.py",
    }
    found = {
        name_of(module)
        for module in modules("bots", "channels", "core", "db", "documents", "inbox", "integrations", "nlu", "sandbox")
        if re.search(r"\bos\.environ|\bgetenv\(|\(BaseSettings\)", module.read_text(encoding="utf-8"))
    }
    assert not found - readers
