"""``up``: the whole contact centre on one machine, with nothing but this checkout (design, "One machine, many machines")."""

import asyncio
import json
import secrets
import shutil
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from app.database import open_database
from app.keys import master_keys, recording_keys
from app.seeding import print_accounts, seed
from app.settings import Settings
from app.supervisor import Program, Supervisor
from bots.citizen.webhook import webhook_path
from channels.voice.addresses import RETRIES
from core.clock import SystemClock
from core.duty.desk import DutyDesk
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.embedding import open_embedder
from core.phone.lines import LineDesk
from core.phone.vocabulary import LineKind
from core.staff.desk import Account, StaffDesk
from core.words import say
from db.engine import open_engine
from db.migrating import upgrade
from db.sealing import MasterKeys
from db.transactions import Transactions
from inbox.build import ensure_ui_built
from nlu import train
from nlu.server import READY

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
SANDBOX_BOT = 1
SANDBOX_TOKEN = f"{SANDBOX_BOT}:sandbox"  # opens nothing but our own stand-in on loopback
SANDBOX_DUTY_TOKEN = "2:sandbox-duty"  # noqa: S105  # the same
SANDBOX_GROUP = -1_001_000_000_001
"""The supergroup of the staff in the sandbox, and below who of them has which demo account."""
SANDBOX_STAFF = {"operator": 600_000_001, "operator2": 600_000_002, "senior": 600_000_003, "supervisor": 600_000_004}
SANDBOX_RATE = "10"
SANDBOX_ACCOUNT, SANDBOX_APPLICATION = "bb845d4b-0000-4cde-a6e9-000000000001", "0dddaabf-0000-43e3-84e8-000000000002"
SANDBOX_HOOKS, SANDBOX_KEY = "sandbox-webhook-secret", "sandbox-api-key"
SANDBOX_NUMBER = "+78672000000"
SECRET_NAMES = ("nlu", "webhook", "mail", "voice", "recorder", "speech", "staff")
SANDBOX_MAIL = "centre@vladikavkaz.example"
SANDBOX_MAIL_PASSWORD = "sandbox"  # noqa: S105  # the same


def up(settings: Settings) -> int:
    """Prepare, start and watch everything; Ctrl-C stops all."""
    started = time.monotonic()
    prepare()
    keys = master_keys(settings)
    recording_keys(settings)  # made here once, before the recorder starts
    with open_database(settings) as url:
        sandbox = settings.telegram.telegram_token is None
        played = not settings.voice.jambonz_url
        accounts = _timed("database and knowledge base", lambda: _fill(url, keys, sandbox=sandbox, telephones=played))
        programs = plan(settings, url, Secrets(settings.database.var_dir / "secrets.json"))
        asyncio.run(_supervise(programs, lambda: _welcome(settings, accounts, time.monotonic() - started)))
    return 0


def _fill(url: str, keys: MasterKeys, *, sandbox: bool, telephones: bool) -> list[Account]:
    """Bring the tables up to date and write what is missing; gives the demo accounts if they were made now."""
    upgrade(url, keys=keys)
    return asyncio.run(_seed(url, sandbox=sandbox, telephones=telephones))


def prepare() -> None:
    """Build what the checkout does not hold: the app of the inbox, the dialogue's environment and model, side by side."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        ui = pool.submit(_timed, "inbox app", lambda: ensure_ui_built(ROOT))
        dialogue = pool.submit(_timed, "dialogue", _prepare_dialogue)
        ui.result()
        dialogue.result()


def _prepare_dialogue() -> None:
    train.ensure_environment(_uv())
    train.ensure_model()


def _uv() -> str:
    """The installer that `make` found or brought."""
    return shutil.which("uv") or str(ROOT / ".tools" / "bin" / "uv")


def _timed(what: str, work: Callable[[], T]) -> T:
    print(f"… {what}", flush=True)  # noqa: T201
    began = time.monotonic()
    done = work()
    print(f"✓ {what}: {time.monotonic() - began:.1f} s", flush=True)  # noqa: T201
    return done


class Secrets:
    """Random secrets of this machine, made once and kept beside its data."""

    def __init__(self, path: Path) -> None:
        kept = json.loads(path.read_text()) if path.exists() else {}
        missing = {name: secrets.token_urlsafe(32) for name in SECRET_NAMES if name not in kept}
        if missing:
            kept |= missing
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(json.dumps(kept))
        self.nlu: str = kept["nlu"]
        self.webhook: str = kept["webhook"]
        self.mail: str = kept["mail"]
        self.voice: str = kept["voice"]
        self.recorder: str = kept["recorder"]
        self.speech: str = kept["speech"]
        self.staff: str = kept["staff"]


def plan(settings: Settings, url: str, keys: Secrets) -> list[Program]:
    """The programs of one machine, in the order of their start."""
    web, given = settings.web, {"DATABASE_URL": url, "PYTHONUNBUFFERED": "1"}
    programs = []
    if not settings.dialogue.nlu_url:
        given |= {"NLU_URL": f"http://127.0.0.1:{web.nlu_port}", "NLU_TOKEN": keys.nlu}
        command = [sys.executable, "-m", "nlu.server", str(web.nlu_port)]
        ready = f"http://127.0.0.1:{web.nlu_port}{READY}"
        programs.append(Program(name="nlu", command=command, environment={"NLU_TOKEN": keys.nlu}, ready_url=ready))
    if settings.telegram.telegram_token is None:
        given |= {
            "TELEGRAM_TOKEN": SANDBOX_TOKEN,
            "TELEGRAM_API": f"http://127.0.0.1:{web.sandbox_port}",
            "TELEGRAM_MODE": "webhook",
            "TELEGRAM_WEBHOOK_URL": f"http://127.0.0.1:{web.web_port}{webhook_path(SANDBOX_BOT)}",
            "TELEGRAM_WEBHOOK_SECRET": keys.webhook,
            "STAFF_TELEGRAM_TOKEN": SANDBOX_DUTY_TOKEN,
            "DUTY_CHAT_ID": str(SANDBOX_GROUP),
            "DUTY_CHAT_RATE": SANDBOX_RATE,
        }
        programs.append(_sandbox(settings))
    if settings.email.mail_secret is None:
        given |= {"MAIL_SECRET": keys.mail}
    if not settings.email.smtp_host:
        given |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(web.sandbox_smtp_port), "SMTP_TLS": "none", "MAIL_FROM": SANDBOX_MAIL}
        if not settings.mailbox.imap_host:
            given |= _sandbox_mailbox(settings)
        programs.append(_mail_sandbox(settings))
    given |= {} if settings.staff.staff_secret else {"STAFF_SECRET": keys.staff}
    given |= _telephone(settings, keys)
    if not settings.voice.jambonz_url:
        programs.append(_phone_sandbox(settings, keys))
    programs += [Program(name=name, command=_app(name), environment=given) for name in ("recorder", "speech")]
    ready = f"http://127.0.0.1:{web.web_port}/readyz"
    programs.append(Program(name="web", command=_app("web"), environment=given, ready_url=ready))
    programs.append(Program(name="worker", command=_app("worker"), environment=given))
    if settings.telegram.telegram_token is not None and settings.telegram.telegram_mode == "polling":
        programs.append(Program(name="bots", command=_app("bots"), environment=given))
    if settings.mailbox.imap_host or "IMAP_HOST" in given:
        programs.append(Program(name="imap", command=_app("mail"), environment=given))
    if settings.telegram.telegram_token is None or settings.duty.staff_telegram_token is not None:
        programs.append(Program(name="duty", command=_app("duty"), environment=given))
    return programs


def _telephone(settings: Settings, keys: Secrets) -> dict[str, str]:
    """What web, worker, recorder and speech are told of the telephone; the exchange is played unless there is a real one."""
    web, recorder, speech = settings.web, settings.recorder, settings.speech
    given = {} if settings.voice.voice_secret else {"VOICE_SECRET": keys.voice}
    if recorder.voice_recorder_password is None:
        given |= {"VOICE_RECORDER_PASSWORD": keys.recorder}
    if speech.voice_speech_token is None:
        given |= {"VOICE_SPEECH_TOKEN": keys.speech}
    if not recorder.voice_recorder_http:
        given |= {"VOICE_RECORDER_HTTP": f"http://127.0.0.1:{recorder.voice_recorder_port}"}
    if not speech.voice_speech_http:
        given |= {"VOICE_SPEECH_HTTP": f"http://127.0.0.1:{speech.voice_speech_port}"}
    if settings.voice.jambonz_url:
        return given
    return given | {
        "JAMBONZ_URL": f"http://127.0.0.1:{web.sandbox_phone_port}/v1",
        "JAMBONZ_TOKEN": SANDBOX_KEY,
        "JAMBONZ_ACCOUNT": SANDBOX_ACCOUNT,
        "JAMBONZ_APPLICATION": SANDBOX_APPLICATION,
        "JAMBONZ_WEBHOOK_SECRET": SANDBOX_HOOKS,
        "VOICE_PUBLIC_URL": f"http://127.0.0.1:{web.web_port}",
        "VOICE_RECORDER_URL": f"ws://127.0.0.1:{recorder.voice_recorder_port}",
        "VOICE_NUMBER": SANDBOX_NUMBER,
        "VOICE_RECOGNISES": "True",
    }


def _phone_sandbox(settings: Settings, keys: Secrets) -> Program:
    web, speech = settings.web, settings.speech
    hooks = f"http://127.0.0.1:{web.web_port}/voice"
    token = speech.voice_speech_token.get_secret_value() if speech.voice_speech_token else keys.speech
    command = [sys.executable, "-m", "sandbox.jambonz", "--port", str(web.sandbox_phone_port)]
    command += ["--call-hook", f"{hooks}/call{RETRIES}", "--status-hook", f"{hooks}/status{RETRIES}"]
    command += ["--queue-hook", f"{hooks}/queue-event"]
    command += ["--webhook-secret", SANDBOX_HOOKS, "--key", SANDBOX_KEY]
    command += ["--tts", f"http://127.0.0.1:{speech.voice_speech_port}/tts", "--tts-key", token]
    command += ["--data-dir", str(settings.database.var_dir / "sandbox" / "phone")]
    for login in SANDBOX_STAFF:
        command += ["--phone", f"user:{login}={login}"]
    return Program(name="phone", command=command, ready_url=f"http://127.0.0.1:{web.sandbox_phone_port}/")


def _sandbox(settings: Settings) -> Program:
    port, data = settings.web.sandbox_port, settings.database.var_dir / "sandbox"
    command = [sys.executable, "-m", "sandbox.telegram", "--port", str(port), "--data-dir", str(data)]
    command += ["--token", SANDBOX_TOKEN, "--token", SANDBOX_DUTY_TOKEN]
    return Program(name="telegram", command=command, ready_url=f"http://127.0.0.1:{port}/")


def _mail_sandbox(settings: Settings) -> Program:
    web, data = settings.web, settings.database.var_dir / "sandbox" / "mail"
    command = [sys.executable, "-m", "sandbox.mail", "--port", str(web.sandbox_mail_port)]
    command += ["--smtp-port", str(web.sandbox_smtp_port), "--data-dir", str(data), "--centre", SANDBOX_MAIL]
    if not settings.mailbox.imap_host:
        command += ["--imap-port", str(web.sandbox_imap_port)]
    return Program(name="mail", command=command, ready_url=f"http://127.0.0.1:{web.sandbox_mail_port}/")


def _sandbox_mailbox(settings: Settings) -> dict[str, str]:
    where = {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": str(settings.web.sandbox_imap_port), "IMAP_TLS": "none"}
    return where | {"IMAP_USER": SANDBOX_MAIL, "IMAP_PASSWORD": SANDBOX_MAIL_PASSWORD}


def _app(process: str) -> list[str]:
    return [sys.executable, "-m", "app", process]


async def _seed(url: str, *, sandbox: bool, telephones: bool) -> list[Account]:
    engine = open_engine(url)
    try:
        transactions = Transactions(engine)
        accounts = await seed(transactions, demo=True)
        if sandbox:
            await _bind_demo_staff(transactions)
        if telephones:
            await _give_telephones(transactions)
        await KnowledgeDesk(transactions=transactions, clock=SystemClock(), embedder=open_embedder()).embed_pending()
        return accounts
    finally:
        await engine.dispose()


async def _bind_demo_staff(transactions: Transactions) -> None:
    """The people of the sandbox's duty chat are the demo accounts; nobody would type four codes to look at it."""
    clock = SystemClock()
    desk = DutyDesk(transactions=transactions, clock=clock, staff=StaffDesk(transactions=transactions, clock=clock))
    for login, telegram_id in SANDBOX_STAFF.items():
        await desk.bind_known(login, telegram_id)


async def _give_telephones(transactions: Transactions) -> None:
    """The demo accounts that answer calls get a telephone on the sandbox's page; who chose another one keeps it."""
    lines = LineDesk(transactions=transactions, clock=SystemClock())
    for login in SANDBOX_STAFF:
        await lines.set_known(login, LineKind.USER, login)


async def _supervise(programs: list[Program], welcome: Callable[[], None]) -> None:
    supervisor, ready = Supervisor(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.stopping.set)
    async with asyncio.TaskGroup() as tasks:
        greeting = tasks.create_task(_greet(ready, welcome))
        await supervisor.run(programs, ready)
        greeting.cancel()


async def _greet(ready: asyncio.Event, welcome: Callable[[], None]) -> None:
    await ready.wait()
    welcome()


def _welcome(settings: Settings, accounts: list[Account], seconds: float) -> None:
    web = settings.web
    sandbox = f"http://localhost:{web.sandbox_port}" if settings.telegram.telegram_token is None else "https://t.me"
    print(say("up.ready", inbox=web.public_url, chat=sandbox, seconds=f"{seconds:.0f}"), flush=True)  # noqa: T201
    if settings.telegram.telegram_token is None:
        print("  " + say("duty.up", url=f"{sandbox}/duty"), flush=True)  # noqa: T201
    if not settings.email.smtp_host:
        print("  " + say("up.mail", url=f"http://localhost:{web.sandbox_mail_port}"), flush=True)  # noqa: T201
    if not settings.voice.jambonz_url:
        print("  " + say("up.phone", url=f"http://localhost:{web.sandbox_phone_port}"), flush=True)  # noqa: T201
    if accounts:
        print(say("up.accounts"), flush=True)  # noqa: T201
        print_accounts(accounts)
    else:
        print(say("up.accounts_known"), flush=True)  # noqa: T201
    print(say("up.stop"), flush=True)  # noqa: T201
