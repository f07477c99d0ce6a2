"""The bills of materials are sound and complete, and what the dialogue is made of is free to use (docs/how-to/security.md)."""

import json
import re
import subprocess
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import cyclonedx.schema
import jsonschema_rs
import pytest

from tests.house.tree import ROOT

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"
BESIDE = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json", "cryptography-defs.SNAPSHOT.schema.json")
BILLS = ("core", "dialogue", "inbox")
FREE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python|TCL|Zlib|CC0|OSI Approved$")
"""Permissive, however its author writes it."""
ALSO = {
    "bidict": "MPL-2.0: a library that is imported as it is (by Rasa's socket.io)",
    "certifi": "MPL-2.0: the list of certificate authorities, read as data",
    "psycopg2-binary": "LGPL: a library that is imported as it is; anybody can put another version in its place",
    "tqdm": "MPL-2.0 and MIT: imported as it is",
}
"""Weak copyleft: never changed, never copied into our files."""
TOLD_IN_ITS_FILES = {
    "partd": "BSD",
    "protobuf": "BSD-3-Clause",
    "tarsafe": "MIT",
    "typing-utils": "Apache-2.0",
}
"""Whose metadata names no licence that the bill can read."""


@pytest.fixture(scope="module")
def bills(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict]:
    """Each bill as `make sbom` writes it."""
    folder = tmp_path_factory.mktemp("sbom")
    subprocess.run([str(ROOT / ".ci" / "sbom"), str(folder)], check=True, capture_output=True, timeout=120)
    return {name: json.loads((folder / f"{name}.cdx.json").read_text(encoding="utf-8")) for name in BILLS}


@pytest.mark.parametrize("name", BILLS)
def test_a_bill_is_what_the_standard_says(bills: dict[str, dict], name: str) -> None:
    beside = [(f"http://cyclonedx.org/schema/{file}", _schema(file)) for file in BESIDE]
    schema = _schema(f"bom-{bills[name]['specVersion']}.SNAPSHOT.schema.json")
    found = jsonschema_rs.validator_for(schema, registry=jsonschema_rs.Registry(beside)).iter_errors(bills[name])
    assert [error.message for error in found] == []


def _schema(file: str) -> dict:
    return json.loads((SCHEMAS / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "lock"), [("core", "uv.lock"), ("dialogue", "nlu/uv.lock")])
def test_every_locked_package_of_this_machine_is_in_its_bill(bills: dict[str, dict], name: str, lock: str) -> None:
    """The lock names packages of other platforms and groups too: those that are not installed cannot be in it."""
    listed = {_plain(one["name"]): one["version"] for one in bills[name]["components"]}
    locked = {
        _plain(one["name"]): one["version"]
        for one in tomllib.loads((ROOT / lock).read_text(encoding="utf-8"))["package"]
        if "virtual" not in one["source"]
    }
    assert not {package: told for package, told in listed.items() if locked.get(package) != told}, "not what the lock says"
    absent = set(locked) - set(listed)
    assert not {package for package in absent if name == "core" and _is_installed(package)}
    assert len(listed) > 0.8 * len(locked), f"too much is missing: {sorted(absent)}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def test_every_locked_package_of_the_app_is_in_its_bill(bills: dict[str, dict]) -> None:
    lock = json.loads((ROOT / "inbox" / "ui" / "package-lock.json").read_text(encoding="utf-8"))
    locked = {(place.rpartition("node_modules/")[2], one["version"]) for place, one in lock["packages"].items() if place}
    listed = {(one["name"], one["version"]) for one in bills["inbox"]["components"]}
    optional = {
        (place.rpartition("node_modules/")[2], one["version"]) for place, one in lock["packages"].items() if one.get("optional")
    }
    assert not locked - listed - optional
    assert not listed - locked
    assert all(one.get("hashes") for one in bills["inbox"]["components"]), "the sum that npm ci compares"


def test_what_the_dialogue_is_made_of_is_free_to_use(bills: dict[str, dict]) -> None:
    """The core's and the app's own are read by test_licences.py from what is installed and from the lock."""
    doubtful = {}
    for one in bills["dialogue"]["components"]:
        said = _said(one) or [TOLD_IN_ITS_FILES.get(one["name"], "unknown")]
        if not all(FREE.search(words) for words in said) and one["name"] not in ALSO:
            doubtful[one["name"]] = said
    assert not doubtful
    assert "AGPL" not in json.dumps(bills)


def _said(component: dict) -> list[str]:
    given = component.get("licenses", ())
    told = [one.get("expression") or one["license"].get("id") or one["license"]["name"] for one in given]
    return [words.removeprefix("License :: ") for words in told]


def test_every_exception_is_still_there(bills: dict[str, dict]) -> None:
    names = {one["name"] for one in bills["dialogue"]["components"]}
    assert not (set(ALSO) | set(TOLD_IN_ITS_FILES)) - names
