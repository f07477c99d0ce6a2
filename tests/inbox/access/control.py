"""Routes of quality, reports, training, keeping and accounts."""

from core.staff.abilities import Ability as A
from tests.inbox.access.model import NONE, Access

SHEET = {"marks": {}, "version": 0}
DAYS = "first=2026-11-01&last=2026-11-25"
PLAN = {
    "is_weekly": True,
    "random_per_operator": 3,
    "ruled_per_operator": 2,
    "twice_percent": 10,
    "rules": ["long"],
    "long_minutes": 10,
    "long_messages": 40,
    "low_score": 2,
    "transfers": 2,
    "wait_minutes": 3,
    "newcomer_weeks": 4,
    "version": 0,
}
QUALITY = [
    Access(method="GET", path="/api/quality/items", ability=A.REVIEW_QUALITY),
    Access(method="POST", path="/api/quality/items", ability=A.REVIEW_QUALITY, body={"kind": "chat", "ref": 999}, good=(409,)),
    Access(method="GET", path="/api/quality/operators", ability=A.REVIEW_QUALITY),
    Access(method="GET", path="/api/quality/items/{id}", ability=A.REVIEW_QUALITY, good=NONE),
    Access(method="POST", path="/api/quality/items/{id}/twice", ability=A.MANAGE_QUALITY, body={"two": True}, good=NONE),
    Access(method="POST", path="/api/quality/items/{id}/reviews", ability=A.REVIEW_QUALITY, good=NONE),
    Access(method="GET", path="/api/quality/reviews/{id}", ability=A.MANAGE_QUALITY, good=NONE),
    Access(method="PUT", path="/api/quality/reviews/{id}", ability=A.REVIEW_QUALITY, body=SHEET, good=NONE),
    Access(method="POST", path="/api/quality/reviews/{id}/submit", ability=A.REVIEW_QUALITY, body=SHEET, good=NONE),
    Access(method="DELETE", path="/api/quality/reviews/{id}", ability=A.REVIEW_QUALITY, good=NONE),
    Access(method="POST", path="/api/quality/reviews/{id}/comments", ability=A.REVIEW_QUALITY, body={"text": "x"}, good=NONE),
    Access(method="DELETE", path="/api/quality/reviews/{id}/comments/{number}", ability=A.REVIEW_QUALITY, good=NONE),
    Access(
        method="POST",
        path="/api/quality/reviews/{id}/decision",
        ability=A.MANAGE_QUALITY,
        body={"decision": "keep", "text": "x"},
        good=NONE,
    ),
    Access(method="GET", path="/api/quality/own", ability=A.READ_OWN_QUALITY),
    Access(method="GET", path="/api/quality/own/{id}", ability=A.READ_OWN_QUALITY, good=NONE),
    Access(
        method="POST", path="/api/quality/own/{id}/answer", ability=A.READ_OWN_QUALITY, body={"kind": "acknowledged"}, good=NONE
    ),
    Access(method="GET", path="/api/quality/plan", ability=A.MANAGE_QUALITY),
    Access(method="PUT", path="/api/quality/plan", ability=A.MANAGE_QUALITY, body=PLAN, good=(200, 409)),
    Access(
        method="POST",
        path="/api/quality/samples",
        ability=A.MANAGE_QUALITY,
        body={"first": "2026-11-01", "last": "2026-11-25"},
    ),
    Access(method="GET", path=f"/api/quality/numbers?{DAYS}", ability=A.READ_REPORTS),
    Access(method="GET", path=f"/api/quality/own-numbers?{DAYS}", ability=A.READ_OWN_QUALITY),
    Access(method="GET", path=f"/api/quality/agreement?{DAYS}", ability=A.MANAGE_QUALITY),
    Access(
        method="POST", path="/api/quality/bot-marks", ability=A.MARK_BOT, body={"message_id": 999, "fault": "intent"}, good=NONE
    ),
    Access(method="GET", path="/api/quality/bot-marks", ability=A.EDIT_KNOWLEDGE),
    Access(method="GET", path="/api/quality/bot-marks/intents", ability=None),
    Access(method="GET", path="/api/quality/bot-marks/{id}", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(
        method="POST",
        path="/api/quality/bot-marks/{id}/decision",
        ability=A.EDIT_KNOWLEDGE,
        body={"accepted": False, "words": "x", "version": 0},
        good=NONE,
    ),
    Access(method="GET", path="/api/quality/conversations/{id}/bot-marks", ability=A.READ_INBOX),
]
REPORTS = [
    Access(method="GET", path="/api/audit", ability=A.READ_AUDIT),
    Access(method="GET", path="/api/audit/standing", ability=A.READ_AUDIT),
    Access(method="POST", path="/api/audit/checks", ability=A.READ_AUDIT),
    Access(method="GET", path="/api/audit/export?form=jsonl", ability=A.READ_AUDIT),
    Access(
        method="POST",
        path="/api/reveals",
        ability=A.REVEAL_PERSONAL,
        body={"subject": "conversation", "id": 7, "reason": "complaint", "words": ""},
    ),
    Access(method="GET", path="/api/reports", ability=A.READ_REPORTS),
    Access(method="GET", path="/api/reports/now", ability=A.READ_REPORTS),
    Access(method="GET", path="/api/reports/months/{month}", ability=A.READ_REPORTS),
    Access(method="GET", path="/api/reports/months/{month}/rows?metric=contacts", ability=A.READ_REPORTS),
    Access(method="POST", path="/api/reports/months/{month}", ability=A.MAKE_REPORTS),
    Access(method="GET", path="/api/reports/{id}", ability=A.READ_REPORTS, good=NONE),
    Access(method="GET", path="/api/reports/{id}/{kind}", ability=A.READ_REPORTS, good=NONE),
]
TRAINING = [
    Access(method="GET", path="/api/me/tour", ability=None),
    Access(method="PUT", path="/api/me/tour", ability=None, body={"state": "running", "step": "rail"}),
    Access(method="GET", path="/api/training", ability=None),
    Access(method="POST", path="/api/training/start", ability=None, good=(409,)),
    Access(method="POST", path="/api/training/leave", ability=None, good=(409,)),
    Access(method="POST", path="/api/training/step", ability=None, good=(409,)),
    Access(method="POST", path="/api/training/clock", ability=None, body={"minutes": 15}, good=(409,)),
    Access(method="POST", path="/api/training/answer", ability=None, good=(409,)),
    Access(method="POST", path="/api/training/say", ability=None, body={"words": "x"}, good=(409,)),
    Access(method="POST", path="/api/training/finish", ability=None, good=(409,)),
    Access(method="GET", path="/api/training/result", ability=None, good=(409,)),
]
KEEPING = [
    Access(method="GET", path="/api/keeping", ability=A.READ_KEEPING),
    Access(method="POST", path="/api/keeping/trial", ability=A.READ_KEEPING),
    Access(method="POST", path="/api/keeping/holds", ability=A.HOLD_BACK, body={"appeal_id": 999999, "reason": "x"}, good=(404,)),
    Access(method="POST", path="/api/keeping/holds/{id}/lift", ability=A.HOLD_BACK, good=NONE),
    Access(method="POST", path="/api/citizens/{id}/copy", ability=A.COPY_CITIZEN, good=NONE),
    Access(method="GET", path="/api/citizens/{id}/erasure", ability=A.COPY_CITIZEN, good=NONE),
    Access(method="POST", path="/api/citizens/{id}/erasure", ability=A.COPY_CITIZEN, body={"reason": "x"}, good=NONE),
    Access(method="POST", path="/api/citizens/{id}/erasure/withdraw", ability=A.COPY_CITIZEN, good=NONE),
    Access(method="POST", path="/api/citizens/{id}/erasure/carry-out", ability=A.ERASE_CITIZEN, good=NONE),
]
STALE = {"version": 999}
ACCOUNTS = [
    Access(method="GET", path="/api/staff", ability=A.MANAGE_STAFF),
    Access(method="GET", path="/api/staff/roles", ability=A.MANAGE_STAFF),
    Access(
        method="POST",
        path="/api/staff",
        ability=A.MANAGE_STAFF,
        body={"login": "   ", "full_name": "x", "role": "operator"},
        good=(400,),
    ),
    Access(method="GET", path="/api/staff/{id}", ability=A.MANAGE_STAFF, good=(200, 404)),
    Access(
        method="PUT",
        path="/api/staff/{id}",
        ability=A.MANAGE_STAFF,
        body={"full_name": "x", "role": "operator", **STALE},
        good=(404, 409),
    ),
    *[
        Access(method="POST", path=f"/api/staff/{{id}}/{deed}", ability=A.MANAGE_STAFF, body=STALE, good=(404, 409))
        for deed in ("deactivate", "reactivate", "password", "second-factor")
    ],
    Access(method="POST", path="/api/staff/{id}/unlock", ability=A.MANAGE_STAFF, good=(204, 404)),
    Access(method="DELETE", path="/api/staff/{id}/sessions/{handle}", ability=A.MANAGE_STAFF, good=(404,)),
]
