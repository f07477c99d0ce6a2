"""A database that held contacts in clear is sealed by its migration, and opened again on the way down (ADR 0035)."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from core.phone.model import tail_of
from db.engine import plain_url
from db.migrating import downgrade, upgrade
from db.sealing import KeyRing, KeysMissing
from tests.conftest import MASTER

BEFORE = "0016"
POINT = "INSERT INTO contact_point (applicant_id, kind, value) VALUES (%s, %s, %s)"
CLEAR = [("phone", "+79185550123"), ("email", "Planted@example.org")]


EVENT = {"text": "+79185550125", "from": {"id": 1}}
CALL, LINE = "+79185550124", "sip:dvornik@pbx.example"


@pytest.fixture
def older(database_url: str) -> Iterator[str]:
    """A database with the tables of before, and a card whose contacts were given to another."""
    server = plain_url(database_url)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS older WITH (FORCE)")
        connection.execute("CREATE DATABASE older")
    base, mark, options = server.partition("?")
    url = base.rpartition("/")[0] + "/older" + mark + options
    upgrade(url, BEFORE)
    with psycopg.connect(url, autocommit=True) as connection:
        for number in (1, 2):
            connection.execute(
                "INSERT INTO applicant (id, kind, surname, given_name, patronymic, organisation, postal_address,"
                " created_at, version) VALUES (%s, 'person', '', '', '', '', 'Planted street', now(), 1)",
                (number,),
            )
            for kind, value in CLEAR:
                connection.execute(
                    "INSERT INTO contact_point (applicant_id, kind, value) VALUES (%s, %s, %s)", (number, kind, value)
                )
        connection.execute("INSERT INTO contact_point (applicant_id, kind, value) VALUES (1, 'email', 'planted@example.org')")
        connection.execute(
            "INSERT INTO applicant_merge (kept_id, merged_id, moved, made_at)"
            """ VALUES (1, 2, '{"contacts": [["phone", "+79185550123"]]}', now())"""
        )
        connection.execute(
            "INSERT INTO phone_call (id, call_sid, direction, caller, said_as, called, place, step, menu_state, stands, stood_step,"
            " is_night, emergency, started_at, reached, result, ended_because, recording_problem, missed, script, outcome, version)"
            " SELECT n, 'sid-' || n, 'in', CASE n WHEN 1 THEN '' ELSE %s END, '', '', 'ended', 0, '', '', -1, false, false, now(),"
            " '[]', '', '', '', false, '', '', 0 FROM generate_series(1, 2) n",
            (CALL,),
        )
        connection.execute(
            "INSERT INTO call_leg (call_id, key, call_sid, kind, address_kind, number, name, state, dialled_at, is_screened, why)"
            " VALUES (2, 'k', '', 'transfer', 'sip', %s, '', 'completed', now(), false, '')",
            (LINE,),
        )
        connection.execute(
            "INSERT INTO call_back (call_id, phone, name, reason, calls, asked_at, due_on, done_as, note)"
            " VALUES (2, %s, '', 'missed', 1, now(), current_date, '', '')",
            (CALL,),
        )
        connection.execute(
            "INSERT INTO inbound_item (source, external_id, lane, position, payload, received_at, tries, error) VALUES"
            " ('telegram', '1', 'telegram:1', 0, %s, now(), 0, ''), ('telegram', '2', 'telegram:1', 0, NULL, now(), 0, '')",
            (Jsonb(EVENT),),
        )
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE older WITH (FORCE)")


def _all(url: str, query: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_it_is_sealed_and_opened_again(older: str) -> None:
    upgrade(older, keys=MASTER)
    sealed = _all(older, "SELECT value FROM contact_point UNION ALL SELECT postal_address FROM applicant")
    assert len(sealed) == 6 and all(value.startswith("s1.") for (value,) in sealed), "one address was there in two cases"
    assert "7918" not in str(_all(older, "SELECT moved FROM applicant_merge"))
    downgrade(older, BEFORE, keys=MASTER)
    assert _all(older, "SELECT kind, value FROM contact_point WHERE applicant_id = 1 ORDER BY id") == CLEAR
    assert _all(older, "SELECT moved FROM applicant_merge") == [({"contacts": [["phone", "+79185550123"]]},)]


def test_the_numbers_of_calls_are_sealed_marked_and_opened_again(older: str) -> None:
    numbers = "SELECT caller FROM phone_call UNION ALL SELECT number FROM call_leg UNION ALL SELECT phone FROM call_back"
    before = sorted(_all(older, numbers))
    assert before == sorted([("",), (CALL,), (LINE,), (CALL,)])
    upgrade(older, keys=MASTER)
    sealed = sorted(value for (value,) in _all(older, numbers))
    assert sealed[0] == "" and len(sealed) == 4 and all(value.startswith("s1.") for value in sealed[1:])
    ring = KeyRing(older, MASTER)
    assert _all(older, "SELECT caller_mark, caller_tail FROM phone_call ORDER BY id") == [
        ("", ""),
        (ring.mark(CALL), ring.mark(tail_of(CALL))),
    ]
    assert _all(older, "SELECT phone_mark FROM call_back") == [(ring.mark(CALL),)]
    downgrade(older, "0017", keys=MASTER)
    assert sorted(_all(older, numbers)) == before


def test_the_events_of_channels_are_sealed_and_opened_again(older: str) -> None:
    payloads = "SELECT payload FROM inbound_item ORDER BY id"
    upgrade(older, keys=MASTER)
    (sealed,), (erased,) = _all(older, payloads)
    assert json.loads(KeyRing(older, MASTER).open(sealed, "inbound_item.payload")) == EVENT and erased == ""
    downgrade(older, "0018", keys=MASTER)
    assert _all(older, payloads) == [(EVENT,), (None,)]


def test_drafts_are_sealed_and_opened_again(older: str) -> None:
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO staff_member (id, login, full_name, role, password_hash, is_active, shortcuts_on, notify, created_at)"
            " VALUES (1, 'a', '', 'operator', '', true, true, 'all', now())"
        )
        connection.execute(
            "INSERT INTO channel_identity (id, channel, external_id, display_name, created_at) VALUES (1, 't', '1', '', now())"
        )
        connection.execute(
            "INSERT INTO conversation SELECT * FROM jsonb_populate_record(NULL::conversation, (SELECT jsonb_object_agg(attname,"
            " CASE format_type(atttypid, NULL) WHEN 'boolean' THEN 'false' WHEN 'timestamp with time zone' THEN '\"2026-01-01\"'"
            " WHEN 'character varying' THEN '\"\"' WHEN 'jsonb' THEN '{}' ELSE '1' END::jsonb) FROM pg_attribute"
            " WHERE attrelid = 'conversation'::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull))"
        )
        connection.execute(
            "INSERT INTO draft (staff_id, conversation_id, kind, text, saved_at) VALUES (1, 1, 'register', 'Planted words', now())"
        )
    upgrade(older, keys=MASTER)
    ((kind, about, number, words),) = _all(older, "SELECT kind, subject, subject_id, text FROM draft")
    assert (kind, about, number) == ("register", "conversation", 1) and words.startswith("s1.")
    downgrade(older, BEFORE, keys=MASTER)
    assert _all(older, "SELECT conversation_id, kind, text FROM draft") == [(1, "register", "Planted words")]


ACCOUNTS = "SELECT channel, external_id, display_name FROM channel_identity ORDER BY id"
SENDING = "SELECT recipient, content FROM delivery ORDER BY id"
LANES = "SELECT lane FROM inbound_item ORDER BY id"
LETTER = {"text": "Planted words", "cc": ["head@example.org"]}


def test_accounts_lanes_and_what_is_sent_are_sealed_marked_and_opened_again(older: str) -> None:
    upgrade(older, "0022", keys=MASTER)
    accounts = [
        ("email", "anna@example.org", "anna@example.org"),
        ("telegram", "5001", "@anna"),
        ("voice", CALL, "+7 918 555-01-24"),
    ]
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute("UPDATE inbound_item SET handled_at = now() WHERE payload = ''")
        for row in [*accounts, ("telegram", "5002", "")]:
            connection.execute(
                "INSERT INTO channel_identity (channel, external_id, display_name, created_at) VALUES (%s, %s, %s, now())", row
            )
        connection.execute("UPDATE channel_identity SET external_id = 'erased:' || id WHERE external_id = '5002'")
        connection.execute(
            "INSERT INTO delivery (channel, recipient, content, of_record, subject, state, doubtful, tries, next_try_at,"
            " provider_id, error, created_at) VALUES ('email', 'Anna@example.org', %s, true, '', 'sent', false, 0, now(), '', '',"
            " now())",
            (Jsonb(LETTER),),
        )
    upgrade(older, "0023", keys=MASTER)
    ring = KeyRing(older, MASTER)
    *sealed, (_, erased, _) = _all(older, ACCOUNTS)
    opened = [(channel, ring.open(account, "channel_identity.external_id"), name) for channel, account, name in sealed]
    assert opened == [("email", "anna@example.org", ""), ("telegram", "5001", "@anna"), ("voice", CALL, "")] and erased == ""
    marks = [mark for (mark,) in _all(older, "SELECT external_mark FROM channel_identity ORDER BY id")]
    assert marks == [*(ring.mark(account) for _, account, _ in accounts), "erased:4"]
    ((recipient, content),) = _all(older, SENDING)
    assert ring.open(recipient, "delivery.recipient") == "Anna@example.org"
    assert json.loads(ring.open(content, "delivery.content")) == LETTER
    assert _all(older, "SELECT recipient_mark FROM delivery") == [(ring.mark("anna@example.org"),)]
    (lane,), (handled,) = _all(older, LANES)
    assert ring.open(lane, "inbound_item.lane") == "telegram:1" and handled == ""
    downgrade(older, "0022", keys=MASTER)
    assert _all(older, ACCOUNTS) == [*opened, ("telegram", "erased:4", "")]
    assert (_all(older, SENDING), _all(older, LANES)) == ([("Anna@example.org", LETTER)], [("telegram:1",), ("",)])


WORDS = "SELECT title, shown_title, card FROM duty_topic"
UPDATES = "SELECT payload FROM duty_update ORDER BY id"
JOURNAL = "SELECT details FROM call_event"


def test_the_duty_chat_and_the_journals_of_calls_are_sealed_and_opened_again(older: str) -> None:
    upgrade(older, "0023", keys=MASTER)
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO duty_topic (title, card, state, is_shut, shown_title, opened_at)"
            " VALUES ('Anna', %s, 'open', false, '', now())",
            (Jsonb(EVENT),),
        )
        for key, payload in (("1", Jsonb(EVENT)), ("2", None)):
            connection.execute(
                "INSERT INTO duty_update (external_id, lane, position, payload, received_at, tries, error)"
                " VALUES (%s, 'p', 0, %s, now(), 0, '')",
                (key, payload),
            )
        connection.execute(
            "INSERT INTO call_event (call_id, at, kind, details, key) VALUES (2, now(), 'keys', %s, 'k')", (Jsonb({"keys": CALL}),)
        )
        connection.execute("INSERT INTO hook_answer (digest, verbs, answered_at) VALUES ('d', '[]', now())")
    before = [_all(older, query) for query in (WORDS, UPDATES, JOURNAL)]
    upgrade(older, "0024", keys=MASTER)
    ring = KeyRing(older, MASTER)
    ((title, shown, card),), ((heard,), nothing), ((pressed,),) = (_all(older, query) for query in (WORDS, UPDATES, JOURNAL))
    assert (ring.open(title, "duty_topic.title"), shown, nothing) == ("Anna", "", (None,))
    assert json.loads(ring.open(card, "duty_topic.card")) == json.loads(ring.open(heard, "duty_update.payload")) == EVENT
    assert json.loads(ring.open(pressed, "call_event.details")) == {"keys": CALL}
    assert _all(older, "SELECT digest FROM hook_answer") == []
    downgrade(older, "0023", keys=MASTER)
    assert [_all(older, query) for query in (WORDS, UPDATES, JOURNAL)] == before


WRITERS = "SELECT author, author_name, heads, report, draft FROM mail"
BOUNCED = "SELECT address, last_diagnostic FROM mail_address"


def test_who_wrote_and_what_came_back_is_sealed_and_opened_again(older: str) -> None:
    upgrade(older, "0024", keys=MASTER)
    anna, said = "anna@example.org", "550 no such user"
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO mail (mailbox, uid_validity, uid, digest, raw_key, size, received_at, state, tries, next_try_at, error,"
            " kind, subject, author, author_name, message_id, text, reading, html, is_signed, heads, checked, remarks, came_to,"
            " needs_look, report, draft) VALUES ('b', 1, 1, 'd', 'k', 1, now(), 'routed', 0, now(), '', '', '', %s, 'Anna', '',"
            " '', '', '', false, %s, '{}', '[]', '', false, 'null', %s)",
            (anna, Jsonb(EVENT), Jsonb(EVENT)),
        )
        connection.execute(
            "INSERT INTO mail_address (address, hard, soft, last_status, last_diagnostic) VALUES (%s, 1, 0, '5.1.1', %s)",
            (anna, said),
        )
    upgrade(older, "0025", keys=MASTER)
    ring = KeyRing(older, MASTER)
    ((author, name, heads, report, draft),), ((address, diagnostic),) = _all(older, WRITERS), _all(older, BOUNCED)
    assert (ring.open(author, "mail.author"), ring.open(name, "mail.author_name"), report) == (anna, "Anna", None)
    assert json.loads(ring.open(heads, "mail.heads")) == json.loads(ring.open(draft, "mail.draft")) == EVENT
    assert ring.open(address, "mail_address.address") == anna
    assert ring.open(diagnostic, "mail_address.last_diagnostic") == said
    marks = _all(older, "SELECT author_mark FROM mail UNION ALL SELECT address_mark FROM mail_address")
    assert marks == [(ring.mark(anna),)] * 2
    downgrade(older, "0024", keys=MASTER)
    assert _all(older, WRITERS) == [(anna, "Anna", EVENT, None, EVENT)]
    assert _all(older, BOUNCED) == [(anna, said)]


def test_without_a_key_nothing_is_changed(older: str) -> None:
    with pytest.raises(KeysMissing):
        upgrade(older)
    assert _all(older, "SELECT version_num FROM alembic_version") == [(BEFORE,)]
    assert _all(older, "SELECT kind, value FROM contact_point WHERE applicant_id = 2 ORDER BY id") == CLEAR
