"""What each line of the timetable looks for. Every statement leaves out what already has its task or letter, by its key."""

from string import Template

from sqlalchemy import TextClause, text

_TASK = "NOT EXISTS (SELECT 1 FROM staff_task t WHERE t.key = '$name:' || $subject)"
_LETTER = "NOT EXISTS (SELECT 1 FROM delivery d WHERE d.key = '$name:' || $subject)"
_BY_ANSWER = "a.id || ':' || a.answer_by"
_BY_DUE = "r.id || ':' || r.due_on"
_KEYS = (
    ("request_due", _TASK, "a.id || ':' || a.counted_from"),
    ("due_soon", _TASK, _BY_ANSWER),
    ("interim_needed", _TASK, _BY_ANSWER),
    ("interim_unsent", _TASK, _BY_ANSWER),
    ("overdue", _TASK, _BY_ANSWER),
    ("closing_due", _TASK, "a.id || ':' || a.reopened"),
    ("request_half", _LETTER, _BY_DUE),
    ("request_last", _LETTER, _BY_DUE),
    ("escalated", _TASK, _BY_DUE),
    ("unaddressed", _TASK, "r.id"),
    ("substitution_ends", _TASK, "s.id || ':' || s.last"),
)
_OPEN = "a.status IN ('registered', 'requested', 'answer_received', 'cannot', 'forwarded', 'clarifying')"
_WORDS = {
    "open": _OPEN,
    "card": "SELECT a.id, a.answer_by, a.counted_from, a.assignee_id, a.registration_number FROM appeal a",
    "request": "SELECT r.id, r.appeal_id, r.department, r.due_on, r.sent_at, r.number, a.assignee_id, a.registration_number"
    " FROM information_request r JOIN appeal a ON a.id = r.appeal_id",
    "awaited": f"r.status = 'sent' AND {_OPEN} AND r.id > :after",
    "page": "ORDER BY id LIMIT :most",
    "alarm": "t.appeal_id = a.id AND t.kind = 'interim_needed' AND t.due_on = a.answer_by",
    "unsent": "NOT EXISTS (SELECT 1 FROM reply y WHERE y.appeal_id = a.id AND y.kind = 'interim'"
    " AND y.state IN ('sending', 'sent', 'delivered') AND y.sent_at >= t.raised_at)",
    "told_before": "COALESCE(CAST(t.facts ->> 'told_on' AS date), CAST(t.raised_at AT TIME ZONE 'Europe/Moscow' AS date)) < :today",
    **{f"no_{name}": Template(rule).substitute(name=name, subject=subject) for name, rule, subject in _KEYS},
}


def _find(words: str) -> TextClause:
    """A statement of our own words only; what differs from call to call is bound."""
    return text(Template(words).substitute(_WORDS))


REQUEST_DUE = _find(
    "$card WHERE a.status = 'registered' AND a.counted_from <= :last AND a.id > :after"
    " AND NOT EXISTS (SELECT 1 FROM information_request r WHERE r.appeal_id = a.id AND r.status <> 'withdrawn')"
    " AND $no_request_due $page"
)
DUE_SOON = _find("$card WHERE $open AND a.answer_by BETWEEN :today AND :soon AND a.id > :after AND $no_due_soon $page")
INTERIM = _find("$card WHERE $open AND a.answer_by <= :soon AND a.id > :after AND $no_interim_needed $page")
INTERIM_UNSENT = _find(
    "$card JOIN staff_task t ON $alarm AND t.for_role = 'operator'"
    " WHERE $open AND a.answer_by <= :today AND $unsent AND a.id > :after AND $no_interim_unsent $page"
)
INTERIM_AGAIN = _find(
    "SELECT t.id, t.appeal_id, t.for_role FROM appeal a JOIN staff_task t ON $alarm"
    " WHERE $open AND a.answer_by <= :soon AND $told_before AND $unsent AND t.id > :after $page"
)
ALARM_AGAIN = _find(
    "UPDATE staff_task t SET done_at = NULL, done_by_id = NULL,"
    " facts = facts || jsonb_build_object('told_on', CAST(:today AS date))"
    " WHERE t.id = :id AND $told_before RETURNING t.id"
)
OVERDUE = _find("$card WHERE $open AND a.answer_by < :today AND a.id > :after AND $no_overdue $page")
CLOSING_CALL = _find(
    "SELECT a.id FROM appeal a WHERE a.status = 'replied' AND a.id > :after AND (a.reply_form = 'phone'"
    " OR EXISTS (SELECT 1 FROM contact_point p WHERE p.applicant_id = a.applicant_id AND p.kind = 'phone'))"
    " AND NOT EXISTS (SELECT 1 FROM call_task c WHERE c.appeal_id = a.id AND c.purpose = 'closing' AND c.opened_at >= a.replied_at)"
    " AND NOT EXISTS (SELECT 1 FROM call_attempt c WHERE c.appeal_id = a.id AND c.confirmed IS NOT NULL AND c.at >= a.replied_at)"
    " $page"
)
CLOSING_DUE = _find(
    "SELECT a.id, a.replied_at, a.assignee_id, a.registration_number FROM appeal a"
    " WHERE a.status = 'replied' AND a.replied_at < :before AND a.id > :after"
    " AND $no_closing_due $page"
)
HALF = _find("$request WHERE $awaited AND r.due_on > :today AND $no_request_half $page")
LAST_DAY = _find("$request WHERE $awaited AND r.due_on = :today AND $no_request_last $page")
LATE = _find("$request WHERE $awaited AND r.due_on < :today AND $no_escalated $page")
UNADDRESSED = _find("$request WHERE r.status = 'unaddressed' AND $open AND r.id > :after AND $no_unaddressed $page")
SUBSTITUTION_ENDS = _find(
    "SELECT s.id, s.last, s.liaison_id, l.department FROM absence s JOIN liaison l ON l.id = s.liaison_id"
    " WHERE s.last >= :today AND s.last < :next_day AND s.first < s.last AND l.is_active AND s.id > :after"
    " AND $no_substitution_ends $page"
)
GONE = _find(
    """
    UPDATE staff_task SET done_at = :now WHERE id IN (
        SELECT t.id FROM staff_task t JOIN appeal a ON a.id = t.appeal_id LEFT JOIN information_request r ON r.id = t.request_id
        WHERE t.done_at IS NULL AND (
            (t.kind = 'request_due' AND a.status <> 'registered')
            OR (t.kind IN ('due_soon', 'interim_needed', 'overdue') AND (NOT $open OR t.due_on <> a.answer_by))
            OR (t.kind IN ('request_unanswered', 'escalated') AND (NOT $open OR r.status <> 'sent' OR r.due_on <> t.due_on))
            OR (t.kind = 'closing_due' AND a.status <> 'replied')
        ) ORDER BY t.id LIMIT :most FOR UPDATE OF t SKIP LOCKED
    ) RETURNING id
    """
)
DIGEST = _find(
    """
    SELECT
        count(*) FILTER (WHERE a.answer_by = :today) AS due,
        count(*) FILTER (WHERE a.answer_by > :today AND a.answer_by <= :soon) AS due_soon,
        count(*) FILTER (WHERE a.answer_by < :today) AS overdue,
        (SELECT count(*) FROM information_request r JOIN appeal a ON a.id = r.appeal_id
            WHERE r.status IN ('sent', 'unaddressed') AND $open) AS requests,
        (SELECT count(*) FROM information_request r JOIN appeal a ON a.id = r.appeal_id
            WHERE r.status = 'sent' AND r.due_on < :today AND $open) AS requests_late,
        (SELECT count(DISTINCT appeal_id) FROM staff_task WHERE done_at IS NULL AND kind = 'interim_needed') AS interim,
        (SELECT count(*) FROM staff_task WHERE done_at IS NULL AND kind = 'closing_due') AS closing,
        (SELECT count(*) FROM knowledge_duty WHERE state = 'open' AND due_on < :today) AS duties_overdue
    FROM appeal a WHERE $open
    """
)
