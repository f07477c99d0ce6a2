"""From the settings to the channel: what is opened, what is refused with the setting to cure, and what `up` plays."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import ValidationError

from app.channels import open_channels
from app.settings import Settings
from app.up import Secrets, plan
from channels.email.options import CentreAddress
from tests.channels.email.conftest import Servers, outbound

WHOLE = {"SMTP_HOST": "mail.city.example", "MAIL_FROM": "centre@city.example", "MAIL_SECRET": "long-and-random"}
NAMES = (
    "SMTP_HOST",
    "SMTP_PORT",
    "SMTP_TLS",
    "SMTP_USER",
    "SMTP_PASSWORD",
    "SMTP_CA_FILE",
    "MAIL_FROM",
    "MAIL_FROM_NAME",
    "MAIL_PLUS",
)
NAMES += ("MAIL_SECRET", "DKIM_KEY_FILE", "DKIM_SELECTOR", "TELEGRAM_TOKEN")

Given = Callable[[dict[str, str]], Settings]


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    """Settings from these variables alone."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def read(variables: dict[str, str]) -> Settings:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return Settings()

    return read


async def no_file(key: str) -> bytes:
    """There are none."""
    raise AssertionError(key)


async def test_without_a_server_there_is_no_mail(given: Given) -> None:
    async with AsyncExitStack() as stack:
        assert "email" not in await open_channels(given({}), stack, no_file)


async def test_a_channel_is_opened_from_the_settings(given: Given, servers: Servers) -> None:
    post = await servers.start_with_login(tls_context=servers.certificate())
    server = {"SMTP_HOST": "localhost", "SMTP_PORT": str(post.port), "SMTP_CA_FILE": str(servers.trusted)}
    settings = given({**WHOLE, **server, "SMTP_USER": "centre", "SMTP_PASSWORD": "right-password", "MAIL_PLUS": "false"})
    async with AsyncExitStack() as stack:
        channels = await open_channels(settings, stack, no_file)
        await channels["email"].send(outbound())
    [taken] = post.taken
    assert (taken.sender, post.logins) == ("centre@city.example", 1)
    assert taken.message["From"].addresses[0].display_name


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MAIL_FROM": ""}, "SMTP_HOST needs MAIL_FROM"),
        ({"SMTP_USER": "centre"}, "SMTP_USER and SMTP_PASSWORD"),
        ({"DKIM_SELECTOR": "mail"}, "DKIM_KEY_FILE and DKIM_SELECTOR"),
        ({"DKIM_KEY_FILE": "key"}, "DKIM_KEY_FILE and DKIM_SELECTOR"),
        ({"SMTP_TLS": "ssl"}, "smtp_tls"),
    ],
)
def test_settings_that_do_not_fit_say_which(given: Given, variables: dict[str, str], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        given({**WHOLE, **variables})


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"MAIL_SECRET": ""}, "MAIL_SECRET"),
        ({"MAIL_FROM": "centre"}, "own address"),
        ({"SMTP_TLS": "none"}, "loopback"),
        ({"DKIM_KEY_FILE": "no-such-key", "DKIM_SELECTOR": "mail"}, "cannot be used"),
    ],
)
async def test_what_cannot_work_is_told_when_it_is_opened(given: Given, variables: dict[str, str], words: str) -> None:
    async with AsyncExitStack() as stack:
        with pytest.raises(ValueError, match=words):
            await open_channels(given({**WHOLE, **variables}), stack, no_file)


def test_an_address_in_cyrillic_writes_from_its_ascii_domain() -> None:
    assert CentreAddress(address="centre@почта.рф", name="x").detailed("b-1") == "centre+b-1@xn--80a1acny.xn--p1ai"


def test_up_plays_the_server_when_there_is_none(given: Given, tmp_path: Path) -> None:
    programs = {program.name: program for program in plan(given({}), "postgresql://x", Secrets(tmp_path / "secrets.json"))}
    worker = programs["worker"].environment
    assert programs["mail"].ready_url == "http://127.0.0.1:8083/"
    assert "--smtp-port" in programs["mail"].command
    assert (worker["SMTP_HOST"], worker["SMTP_PORT"], worker["SMTP_TLS"]) == ("127.0.0.1", "8025", "none")
    assert worker["MAIL_SECRET"] == Secrets(tmp_path / "secrets.json").mail


def test_up_leaves_a_real_server_alone(given: Given, tmp_path: Path) -> None:
    programs = {program.name: program for program in plan(given(WHOLE), "postgresql://x", Secrets(tmp_path / "secrets.json"))}
    assert "mail" not in programs
    assert not {"SMTP_HOST", "MAIL_SECRET"} & set(programs["worker"].environment)


def test_secrets_of_an_older_version_get_what_is_new(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text('{"nlu": "kept", "webhook": "kept too"}')
    secrets = Secrets(tmp_path / "secrets.json")
    assert (secrets.nlu, secrets.webhook, len(secrets.mail) > 30) == ("kept", "kept too", True)
