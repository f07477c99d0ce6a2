"""Whoever speaks HTTP to others is on this list with where its address comes from: none of them follows an address of a citizen.

There is no fetch of an address out of a message, a mail, a document or an article anywhere: pictures of mails are never loaded,
imports read bytes that were uploaded, a file of Telegram is asked for by its number at the Bot API of the settings. So there is
nothing to guard against forged addresses (SSRF); a new module that speaks HTTP fails here until it says where it speaks to.
"""

import ast

from tests.house.tree import ROOT, files, parse, parsed

CLIENTS = frozenset({"httpx", "aiohttp", "requests", "urllib3", "urllib.request", "http.client", "pycurl", "websockets"})
PRODUCT = ("app", "bots", "channels", "core", "db", "documents", "inbox", "integrations", "nlu")
SPEAKS_TO = {
    "app/doctor.py": "what the settings name",
    "app/doctor_voice.py": "the recorder of the settings",
    "app/readiness.py": "the dialogue of the settings",
    "app/recordings.py": "a recorder, by the address that the recorder itself told the office",
    "app/supervisor.py": "processes of its own on loopback",
    "app/watching/serving.py": "nobody: it is asked",
    "app/worker.py": "the speech service of the settings",
    "bots/citizen/api.py": "the Bot API of the settings",
    "bots/citizen/refusals.py": "nobody: it reads errors",
    "bots/staff/refusals.py": "nobody: it reads errors",
    "channels/voice/api.py": "the exchange of the settings",
    "channels/voice/speech/client.py": "the speech service of the settings",
    "integrations/oidc/provider.py": "the provider of the settings; addresses that it names must be of the same origin",
    "nlu/client.py": "the dialogue of the settings",
}


def test_only_these_modules_speak_http_to_others() -> None:
    found = {str(path.relative_to(ROOT)) for path in files(*PRODUCT, endings=(".py",)) if imported(path.read_text()) & CLIENTS}
    assert found <= set(SPEAKS_TO), "say where it speaks to, and see that no address out of data is fetched"
    assert set(SPEAKS_TO) <= found, "it speaks no more: take it off the list"


def test_nobody_follows_redirects_to_another_place() -> None:
    for path in files(*PRODUCT, endings=(".py",)):
        calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
        options = {option.arg for call in calls for option in call.keywords}
        assert "follow_redirects" not in options, path


def imported(source: str) -> set[str]:
    """Names of modules that a source imports, with their parents."""
    names = set()
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names | {name.partition(".")[0] for name in names}
