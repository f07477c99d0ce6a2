"""What may be reviewed in a period, each operator's part by itself, with what the rules ask of it (reg. 2.7)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import end_of, midnight
from core.quality.model import SamplingPlan
from core.quality.vocabulary import ItemKind, Rule

WORDS = Path(__file__).parent / "complaints.yaml"
UNSOLVED = 1
"""What «not solved» without a score counts as."""

TALKS = """
    SELECT l.staff_id, min(COALESCE(l.taken_at, l.answered_at)) AS began_at FROM call_leg l
    WHERE l.call_id = c.id AND l.staff_id IS NOT NULL
        AND (l.taken_at IS NOT NULL OR (l.answered_at IS NOT NULL AND NOT l.is_screened)) GROUP BY 1
"""
"""Who talked in a call ``c``: whoever took it by the key, or answered where no key was asked for."""
WRITERS = """
    SELECT o.staff_id, min(o.created_at) AS began_at, max(o.created_at) AS ended_at FROM message o
    WHERE o.conversation_id = c.id AND o.author = 'operator' AND o.audience = 'citizen' AND o.staff_id IS NOT NULL GROUP BY 1
"""
"""Who wrote to the citizen in a conversation ``c``."""
_LATER = """
    SELECT a.{column} FROM satisfaction s JOIN appeal a ON a.id = s.appeal_id WHERE s.answered_at >= :start AND s.answered_at < :end
    UNION SELECT a.{column} FROM appeal_move v JOIN appeal a ON a.id = v.appeal_id
    WHERE v.move = 'reopen' AND v.made_at >= :start AND v.made_at < :end
"""
"""Appeals that were rated or reopened in the period, be the conversation itself older."""
_AFTER = """
    (SELECT min(COALESCE(s.score, CASE WHEN s.solved THEN NULL ELSE {unsolved} END)) FROM satisfaction s
        JOIN appeal a ON a.id = s.appeal_id WHERE {of} AND s.answered_at >= :start AND s.answered_at < :end) AS score,
    EXISTS (SELECT 1 FROM appeal_move v JOIN appeal a ON a.id = v.appeal_id
        WHERE {of} AND v.move = 'reopen' AND v.made_at >= :start AND v.made_at < :end) AS is_reopened
"""
_CALL_AFTER = _AFTER.format(of="(a.id = c.appeal_id OR a.conversation_id = c.conversation_id)", unsolved=UNSOLVED)
_CHAT_AFTER = _AFTER.format(of="a.conversation_id = c.id", unsolved=UNSOLVED)
_TALKS_LATER, _APPEALS_LATER = _LATER.format(column="conversation_id"), _LATER.format(column="id")

_CALLS = text(
    f"""
    SELECT c.id AS ref, w.staff_id AS operator_id, c.started_at AS happened_at, p.created_at AS employed_at,
        COALESCE(c.seconds, CAST(extract(epoch FROM c.ended_at - c.started_at) AS int), 0) AS seconds, 0 AS messages,
        (SELECT count(*) FROM call_event e WHERE e.call_id = c.id AND e.kind = 'transfer') AS transfers,
        COALESCE(extract(epoch FROM w.began_at - c.queued_at), 0) AS waited,
        EXISTS (SELECT 1 FROM recording r WHERE r.call_sid = c.call_sid AND r.transcript ~* :words)
            OR EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.conversation_id AND m.author = 'citizen'
                AND m.created_at BETWEEN c.started_at AND c.ended_at AND m.text ~* :words) AS complains,
        c.started_at >= :start AND c.started_at < :end AS is_of_period, {_CALL_AFTER}
    FROM phone_call c CROSS JOIN LATERAL ({TALKS}) w JOIN staff_member p ON p.id = w.staff_id AND p.is_active
    WHERE c.ended_at IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM quality_item q WHERE q.operator_id = w.staff_id AND q.call_id = c.id)
        AND c.id IN (SELECT id FROM phone_call WHERE started_at >= :start AND started_at < :end
            UNION SELECT id FROM phone_call WHERE conversation_id IN ({_TALKS_LATER}) OR appeal_id IN ({_APPEALS_LATER}))
    """  # noqa: S608  # our own constants
)
_CHATS = text(
    f"""
    SELECT c.id AS ref, w.staff_id AS operator_id, w.began_at AS happened_at, p.created_at AS employed_at,
        CAST(extract(epoch FROM w.ended_at - w.began_at) AS int) AS seconds,
        (SELECT count(*) FROM message m WHERE m.conversation_id = c.id AND m.audience = 'citizen') AS messages,
        (SELECT count(DISTINCT m.staff_id) - 1 FROM message m
            WHERE m.conversation_id = c.id AND m.author = 'operator' AND m.audience = 'citizen') AS transfers,
        COALESCE(extract(epoch FROM w.began_at - (SELECT max(m.created_at) FROM message m
            WHERE m.conversation_id = c.id AND m.author = 'citizen' AND m.created_at < w.began_at)), 0) AS waited,
        EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id AND m.author = 'citizen' AND m.text ~* :words) AS complains,
        c.closed_at >= :start AND c.closed_at < :end AS is_of_period, {_CHAT_AFTER}
    FROM conversation c CROSS JOIN LATERAL ({WRITERS}) w JOIN staff_member p ON p.id = w.staff_id AND p.is_active
    WHERE c.mode = 'closed' AND c.channel <> 'voice'
        AND NOT EXISTS (SELECT 1 FROM quality_item q WHERE q.operator_id = w.staff_id AND q.conversation_id = c.id)
        AND c.id IN (SELECT id FROM conversation WHERE closed_at >= :start AND closed_at < :end UNION {_TALKS_LATER})
    """  # noqa: S608  # our own constants
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One operator's part in a call or conversation. ``waited`` in seconds before this operator; ``score``: the lowest rating.

    ``is_of_period``: it happened in the period; otherwise only what came of it did. ``employed_at``: when the account was made.
    """

    kind: ItemKind
    ref: int
    operator_id: int
    happened_at: datetime
    employed_at: datetime
    seconds: int = 0
    messages: int = 0
    transfers: int = 0
    waited: float = 0
    complains: bool = False
    score: int | None = None
    is_reopened: bool = False
    is_of_period: bool = True


async def candidates(tx: AsyncSession, first: date, last: date) -> Sequence[Candidate]:
    """Whatever ended in these days, or was rated or reopened in them, and is no item yet."""
    given = {"start": midnight(first), "end": end_of(last), "words": complaint_words()}
    found = []
    for kind, statement in ((ItemKind.CALL, _CALLS), (ItemKind.CHAT, _CHATS)):
        found += [_candidate(kind, dict(row)) for row in (await tx.execute(statement, given)).mappings()]
    return found


def rules_of(one: Candidate, plan: SamplingPlan) -> tuple[Rule, ...]:
    """The rules of the plan that a candidate meets."""
    is_long = one.seconds >= plan.long_minutes * 60 if one.kind is ItemKind.CALL else one.messages >= plan.long_messages
    is_new = one.happened_at < one.employed_at + timedelta(weeks=plan.newcomer_weeks)
    met = {
        Rule.LONG: one.is_of_period and is_long,
        Rule.LOW_RATING: one.score is not None and one.score <= plan.low_score,
        Rule.COMPLAINT: one.is_of_period and one.complains,
        Rule.TRANSFERS: one.is_of_period and one.transfers >= plan.transfers,
        Rule.LONG_WAIT: one.is_of_period and one.waited >= plan.wait_minutes * 60,
        Rule.REOPENED: one.is_reopened,
        Rule.NEWCOMER: one.is_of_period and is_new,
    }
    return tuple(rule for rule in Rule if rule in plan.rules and met[rule])


@cache
def complaint_words() -> str:
    """A pattern of PostgreSQL for the beginnings of the words of complaints."""
    stems = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return r"\m(" + "|".join(re.sub("[её]", "[её]", re.escape(stem).replace(r"\ ", r"\s+")) for stem in stems) + ")"


def _candidate(kind: ItemKind, row: dict[str, Any]) -> Candidate:
    return Candidate(kind=kind, **{**row, "waited": max(0.0, float(row["waited"])), "is_of_period": bool(row["is_of_period"])})
