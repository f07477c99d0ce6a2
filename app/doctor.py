"""``doctor``: what is configured, what answers, what is missing; 1 when something that is needed does not work."""

import shutil
from collections.abc import Sequence
from contextlib import suppress

import aiohttp
import orjson
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.assembly import dialogue_url
from app.database import open_database
from app.doctor_backup import archiving, newest_backup
from app.doctor_keys import contacts_open, recordings_open
from app.doctor_sign_on import sign_on
from app.finding import BAD, GOOD, NOTE, STATES, Finding
from app.keys import master_keys
from app.settings import Settings
from app.supervisor import answers
from core.clock import SystemClock
from core.words import say
from db.engine import open_engine
from db.migrating import known_revisions
from db.sealing import KeysMissing
from inbox.web.settings import InboxSettings
from nlu.server import READY
from nlu.train import model_path


async def examine(settings: Settings) -> list[Finding]:
    """The findings, in Russian."""
    there = [*await _database(settings), *await _services(settings), await sign_on(settings.oidc)]
    return [*there, *recordings_open(settings), *_partners(settings), _backup(settings), *_tools()]


def tell(findings: Sequence[Finding], *, as_json: bool = False) -> int:
    """Print them, or one JSON list for a monitor; 1 when something that is needed does not work."""
    if as_json:
        print(orjson.dumps([{"state": STATES[one.mark], "what": one.what, "told": one.told} for one in findings]).decode())  # noqa: T201
    for finding in [] if as_json else findings:
        print(f"{finding.mark} {finding.what:<28} {finding.told}")  # noqa: T201
    return 1 if any(finding.mark == BAD for finding in findings) else 0


async def _database(settings: Settings) -> list[Finding]:
    what = say("doctor.database")
    if settings.database.database_url is None and not (settings.database.var_dir / "postgres").exists():
        return [Finding(mark=NOTE, what=what, told=say("doctor.database_not_yet"))]
    with open_database(settings) as url:
        return await _examine_database(url, settings)


async def _examine_database(url: str, settings: Settings) -> list[Finding]:
    what, keys = say("doctor.database"), None
    with suppress(KeysMissing):  # the doctor says so below
        keys = master_keys(settings)
    engine = open_engine(url, keys=keys, pool_size=2)
    try:
        return await _counts(engine, url)
    except (SQLAlchemyError, OSError) as error:
        return [Finding(mark=BAD, what=what, told=say("doctor.unreachable", why=type(error).__name__))]
    finally:
        await engine.dispose()


async def _counts(engine: AsyncEngine, url: str) -> list[Finding]:
    head = known_revisions().head
    findings = []
    async with engine.connect() as connection:
        version = (await connection.execute(text("SHOW server_version"))).scalar_one()
        findings.append(Finding(mark=GOOD, what=say("doctor.database"), told=f"PostgreSQL {version}"))
        has_tables = (await connection.execute(text("SELECT to_regclass('alembic_version') IS NOT NULL"))).scalar_one()
        at = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar() if has_tables else None
        fits = at == head
        findings.append(Finding(mark=GOOD if fits else BAD, what=say("doctor.tables"), told=f"{at} / {head}"))
        if fits:
            for key, query, bad in COUNTS:
                count = (await connection.execute(text(query))).scalar_one()
                findings.append(Finding(mark=BAD if bad and count else GOOD, what=say(f"doctor.{key}"), told=str(count)))
            findings.append(await contacts_open(connection))
        findings.append(await archiving(connection))
    return findings


COUNTS = (
    ("articles", "SELECT count(*) FROM article WHERE status = 'published'", False),
    ("accounts", "SELECT count(*) FROM staff_member WHERE is_active", False),
    ("open_conversations", "SELECT count(*) FROM conversation WHERE mode <> 'closed'", False),
    ("set_aside", "SELECT count(*) FROM inbound_item WHERE error <> ''", True),
    ("mail_unread", "SELECT count(*) FROM mail WHERE state = 'failed' AND looked_at IS NULL", True),
    ("failed", "SELECT count(*) FROM delivery WHERE state = 'failed' AND created_at > now() - interval '1 day'", True),
)
"""What is counted, and whether any at all is a defect."""


async def _services(settings: Settings) -> list[Finding]:
    findings = []
    web, telegram = settings.web, settings.telegram
    async with aiohttp.ClientSession() as http:
        findings.append(await _answering(http, "doctor.dialogue", f"{dialogue_url(settings)}{READY}"))
        findings.append(await _answering(http, "doctor.web", f"http://127.0.0.1:{web.web_port}/readyz"))
        if telegram.telegram_token is None:
            findings.append(Finding(mark=NOTE, what=say("doctor.telegram"), told=say("doctor.sandbox")))
        else:
            token = telegram.telegram_token.get_secret_value()
            good = await answers(http, f"{telegram.telegram_api}/bot{token}/getMe")
            told = telegram.telegram_mode if good else say("doctor.refused")
            findings.append(Finding(mark=GOOD if good else BAD, what=say("doctor.telegram"), told=told))
    return findings


async def _answering(http: aiohttp.ClientSession, key: str, url: str) -> Finding:
    good = await answers(http, url)
    return Finding(mark=GOOD if good else NOTE, what=say(key), told=say("doctor.answers" if good else "doctor.silent", url=url))


def _partners(settings: Settings) -> list[Finding]:
    """Mail, the duty chat and the records system: whether they are set up."""
    mail, box, duty, records = settings.email, settings.mailbox, settings.duty, settings.records
    has_duty = duty.staff_telegram_token is not None and duty.duty_chat_id is not None
    no_box = say("doctor.no_mailbox" if mail.smtp_host else "doctor.sandbox_mailbox")
    told = [
        ("doctor.mail", f"{mail.smtp_host}:{mail.smtp_port}" if mail.smtp_host else say("doctor.no_mail"), bool(mail.smtp_host)),
        ("doctor.mailbox", f"{box.imap_host}:{box.imap_port}" if box.imap_host else no_box, bool(box.imap_host)),
        ("doctor.duty", str(duty.duty_chat_id) if has_duty else say("doctor.no_duty"), has_duty),
    ]
    findings = [Finding(mark=GOOD if good else NOTE, what=say(key), told=words) for key, words, good in told]
    if records.records_system == "own":
        return [*findings, Finding(mark=NOTE, what=say("records.doctor.title"), told=say("records.doctor.own"))]
    there = all(one is not None and one.is_dir() for one in (records.delo_out_dir, records.delo_in_dir))
    words = say("records.doctor.reached") if there else say("doctor.no_folders")
    return [*findings, Finding(mark=GOOD if there else BAD, what=say("records.doctor.title"), told=words)]


def _backup(settings: Settings) -> Finding:
    return newest_backup(settings.backup, SystemClock().now())


def _tools() -> list[Finding]:
    built = (InboxSettings().dist / "index.html").is_file()
    trained = model_path().is_file()
    found = [
        ("doctor.app", built, "doctor.not_built"),
        ("doctor.model", trained, "doctor.not_built"),
        ("doctor.antiword", shutil.which("antiword") is not None, "doctor.no_antiword"),
        ("doctor.pdftotext", shutil.which("pdftotext") is not None, "doctor.no_pdftotext"),
        ("doctor.soffice", shutil.which("soffice") is not None, "doctor.no_soffice"),
    ]
    return [
        Finding(mark=GOOD if there else NOTE, what=say(key), told=say("doctor.there") if there else say(missing))
        for key, there, missing in found
    ]
