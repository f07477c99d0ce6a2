"""docker-compose.yml as a schema-minded reader sees it: no engine is needed, so nothing is started here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from app.__main__ import parser
from app.settings import PARTS
from app.settings_watching import PLACES
from tests.house.compose_model import Compose
from tests.house.tree import ROOT

TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
ONE_SHOT = {"migrate", "seed"}
"""They do their work and end: how they ended is their health."""
OF_OTHERS = {"postgres", "nlu", "caddy"}
LONG_RUNNING = sorted(set(SERVICES) - ONE_SHOT)
SETTINGS = {name.upper() for part in PARTS for name in part.model_fields}
NOT_OURS = {"FORWARDED_ALLOW_IPS"}
"""Read by uvicorn."""
SECRET_WORD = re.compile(r"TOKEN|SECRET|PASSWORD|DATABASE_URL|_KEYS")
APP_HEADERS = ("content-security-policy", "strict-transport-security", "x-content-type-options", "referrer-policy")
"""Set by inbox/web/guards.py."""
DOCKERFILES = sorted((ROOT / "deploy").glob("Dockerfile.*"))


def test_the_file_has_no_key_that_the_specification_does_not_know() -> None:
    known = Compose.model_validate(COMPOSE)
    assert [key for key in known.model_extra or () if not key.startswith("x-")] == []
    waited_for = {name for service in known.services.values() for name in service.depends_on}
    assert waited_for <= set(known.services)
    assert {name for service in known.services.values() for name in service.secrets} == set(known.secrets)
    assert {config.source for service in known.services.values() for config in service.configs} == set(known.configs)


def test_authorities_of_ones_own_are_a_file_of_the_tree_that_holds_none() -> None:
    file = ROOT / COMPOSE["configs"]["authorities"]["file"]
    assert "BEGIN CERTIFICATE" not in file.read_text(encoding="utf-8")
    for name in ("SMTP_CA_FILE", "IMAP_CA_FILE", "OIDC_CA_FILE"):
        assert name in SERVICES["web"]["environment"]


def _has_compose() -> bool:
    docker = shutil.which("docker")
    return docker is not None and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0


@pytest.mark.skipif(not _has_compose(), reason="Docker's Compose is not here: the model above reads the file")
def test_compose_itself_accepts_the_file(tmp_path: Path) -> None:
    given = "".join(f"{name}=1\n" for name in set(re.findall(r"\$\{([A-Z_]+)", TEXT)))
    (tmp_path / "env").write_text(given, encoding="utf-8")
    command = ["docker", "compose", "--env-file", str(tmp_path / "env"), "--profile", "*", "config", "--quiet"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", LONG_RUNNING)
def test_a_service_that_stays_has_a_health_check_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert service["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(ONE_SHOT))
def test_a_one_shot_service_ends_and_others_wait_for_it(name: str) -> None:
    assert SERVICES[name]["restart"].startswith("on-failure")
    waits = [service.get("depends_on", {}).get(name, {}).get("condition") for service in SERVICES.values()]
    assert "service_completed_successfully" in waits


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_is_hardened(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"]), "a number that is not root's"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"] and "cap_add" not in service
    assert "no-new-privileges:true" in service["security_opt"]
    assert not service.get("privileged") and "pid" not in service and service.get("network_mode") is None
    limits = service["deploy"]["resources"]["limits"]
    assert limits["cpus"] and limits["memory"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - OF_OTHERS))
def test_a_service_of_ours_runs_a_process_that_exists(name: str) -> None:
    known = next(action for action in parser()._actions if action.choices).choices
    (process,) = SERVICES[name]["command"]
    assert process in known


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_holds_no_secret_in_words(name: str) -> None:
    given = SERVICES[name].get("environment", {})
    literal = [key for key in given if SECRET_WORD.search(key) and not key.endswith("_FILE")]
    assert not literal
    assert not re.search(r"://[^/\s]+:[^/@\s]+@", str(SERVICES[name])), "a password in an address"


@pytest.mark.parametrize("name", sorted(set(SERVICES) - OF_OTHERS))
def test_what_a_service_is_told_is_a_setting(name: str) -> None:
    service = SERVICES[name]
    assert not set(service["environment"]) - SETTINGS - NOT_OURS
    assert not {secret.upper() for secret in service["secrets"]} - SETTINGS


def test_every_secret_is_a_file_that_is_not_kept_in_the_tree() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    made = (ROOT / "deploy" / "make-secrets").read_text(encoding="utf-8")
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"deploy/secrets/{name}"}
        assert f"keep {name} " in made
    assert "secrets/" in (ROOT / "deploy" / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_only_the_recorder_opens_recordings_and_it_opens_no_contacts() -> None:
    has = {name for name, service in SERVICES.items() if "recording_keys" in service.get("secrets", ())}
    assert has == {"recorder"}
    assert "contact_keys" not in SERVICES["recorder"]["secrets"]


def test_only_the_front_door_is_open() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["caddy"]


def test_the_dialogue_and_the_database_reach_nobody_outside() -> None:
    networks = COMPOSE["networks"]
    for name in ("nlu", "postgres"):
        assert all(networks[network]["internal"] for network in SERVICES[name]["networks"])


def test_networks_and_volumes_are_declared() -> None:
    for service in SERVICES.values():
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert named <= set(COMPOSE["volumes"])


def test_every_variable_is_explained_to_the_reader() -> None:
    page = (ROOT / "docs" / "how-to" / "run-on-a-server.md").read_text(encoding="utf-8")
    variables = set(re.findall(r"\$\{([A-Z_]+)", TEXT))
    assert not [name for name in variables if f"`{name}`" not in page]


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_is_not_roots_and_copies_what_exists(dockerfile: Path) -> None:
    lines = re.sub(r"\\\n", " ", dockerfile.read_text(encoding="utf-8")).splitlines()
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    assert users and not users[-1].startswith(("0", "root"))
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert list(ROOT.glob(source)), f"{line}: {source} is not there"


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.name)
def test_an_image_is_used(dockerfile: Path) -> None:
    assert f"deploy/{dockerfile.name}" in {service.get("build", {}).get("dockerfile") for service in SERVICES.values()}


@pytest.mark.parametrize("service", sorted(PLACES))
def test_a_process_asks_for_its_own_health(service: str) -> None:
    command = SERVICES[service]["healthcheck"]["test"]
    assert command == ["CMD", "python", "deploy/health.py", service]
    assert (ROOT / "deploy" / "health.py").is_file()
    assert int(SERVICES[service]["environment"]["METRICS_PORT"]), "where it tells whether it is ready"


def test_the_front_door_lets_the_live_stream_through_and_sets_no_header_of_the_app() -> None:
    caddy = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert "flush_interval -1" in caddy
    lines = caddy.lower()
    assert not [name for name in APP_HEADERS if name in lines]
    assert caddy.count("{") == caddy.count("}")
