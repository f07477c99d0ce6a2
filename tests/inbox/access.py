"""Every route of the inbox and what it asks for: the table that test_access.py holds the API to (reg. 2.10)."""

from dataclasses import dataclass
from typing import Any

from core.staff.abilities import Ability

KEY = {"client_key": "key-12345678"}
OWN, ANY, PUBLIC = "own", "any", "public"


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a route asks for: ``own`` needs the conversation in the asker's hands; ``ability`` None means any member of staff."""

    method: str
    path: str
    ability: Ability | None
    holding: str = ANY
    body: Any = None
    files: Any = None
    good: tuple[int, ...] = (200, 204)


A = Ability
ROUTES = [
    Access(method="POST", path="/api/login", ability=None, holding=PUBLIC, body={"login": "x", "password": "y"}, good=(401, 429)),
    Access(method="POST", path="/api/logout", ability=None),
    Access(method="GET", path="/api/sign-in", ability=None, holding=PUBLIC),
    Access(method="GET", path="/api/oidc/begin", ability=None, holding=PUBLIC, good=(404,)),
    Access(method="GET", path="/api/oidc/callback", ability=None, holding=PUBLIC, good=(404,)),
    Access(method="POST", path="/api/oidc/code", ability=None, holding=PUBLIC, body={"code": "123456"}, good=(404,)),
    Access(method="GET", path="/api/oidc/leave", ability=None, holding=PUBLIC, good=(303,)),
    Access(method="GET", path="/api/oidc/confirm", ability=None, good=(404,)),
    Access(method="GET", path="/api/me", ability=None),
    Access(method="PATCH", path="/api/me", ability=None, body={"notify": "mine"}),
    Access(method="POST", path="/api/me/shift", ability=A.WORK_SHIFT),
    Access(method="DELETE", path="/api/me/shift", ability=A.WORK_SHIFT),
    Access(method="POST", path="/api/me/password", ability=None, body={"old": "wrong", "new": "long-enough-word"}, good=(401,)),
    Access(method="GET", path="/api/me/second-factor", ability=None),
    Access(method="POST", path="/api/me/confirm", ability=None, body={"password": "wrong"}, good=(400,)),
    Access(method="POST", path="/api/me/second-factor", ability=None, good=(409,)),
    Access(method="POST", path="/api/me/second-factor/confirm", ability=None, body={"code": "000000"}, good=(409,)),
    Access(method="DELETE", path="/api/me/second-factor", ability=None),
    Access(method="GET", path="/api/me/sessions", ability=None),
    Access(method="DELETE", path="/api/me/sessions/{handle}", ability=None, good=(404,)),
    Access(method="GET", path="/api/conversations", ability=A.READ_INBOX),
    Access(method="GET", path="/api/conversations/counters", ability=A.READ_INBOX),
    Access(method="GET", path="/api/conversations/{id}", ability=A.READ_INBOX),
    Access(method="GET", path="/api/conversations/{id}/messages", ability=A.READ_INBOX),
    Access(method="POST", path="/api/conversations/{id}/presence", ability=A.READ_INBOX, body={"typing": True}),
    Access(method="PUT", path="/api/conversations/{id}/draft", ability=A.NOTE, body={"kind": "note", "text": "x"}),
    Access(method="POST", path="/api/conversations/{id}/take", ability=A.TAKE, holding=OWN),
    Access(method="POST", path="/api/conversations/{id}/reply", ability=A.REPLY, holding=OWN, body={"text": "Да.", **KEY}),
    Access(method="POST", path="/api/conversations/{id}/note", ability=A.NOTE, body={"text": "Заметка.", **KEY}),
    Access(method="POST", path="/api/conversations/{id}/hand-back", ability=A.HAND_BACK, holding=OWN),
    Access(method="POST", path="/api/conversations/{id}/close", ability=A.CLOSE, holding=OWN, body={"outcome": "reference"}),
    Access(
        method="POST",
        path="/api/conversations/{id}/uploads",
        ability=A.REPLY,
        holding=OWN,
        files={"file": ("a.txt", b"words", "text/plain")},
    ),
    Access(
        method="PUT",
        path="/api/conversations/{id}/applicant",
        ability=A.EDIT_APPLICANT,
        holding=OWN,
        body={"surname": "Тестов", "version": 1},
    ),
    Access(
        method="POST",
        path="/api/conversations/{id}/appeals",
        ability=A.REGISTER,
        holding=OWN,
        body={"text": "Яма на дороге", "urgency": "urgent", "reply_form": "telegram", **KEY},
    ),
    Access(method="POST", path="/api/conversations/{id}/refusal", ability=A.REFUSE, holding=OWN, body={"reason": "abusive"}),
    Access(method="GET", path="/api/terms", ability=A.READ_INBOX),
    Access(method="GET", path="/api/canned-answers", ability=A.READ_INBOX),
    Access(method="GET", path="/api/knowledge/search?query=приём", ability=A.READ_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/suggest?conversation_id={id}", ability=A.READ_INBOX),
    Access(method="GET", path="/api/attachments/{id}", ability=A.READ_INBOX, good=(404,)),
    Access(method="GET", path="/api/live", ability=None, good=()),  # endless: its own tests are in test_stream.py
    Access(method="POST", path="/api/csp-reports", ability=None, holding=PUBLIC, body={}),
]
NONE = (404,)
"""There is no such card, task or filter in these tests: what they do is told elsewhere."""
WORDS = {"text": "Яма", "version": 1}
CASEWORK = [
    Access(method="GET", path="/api/appeals", ability=A.READ_INBOX),
    Access(method="GET", path="/api/appeals/choices", ability=A.READ_INBOX),
    Access(method="GET", path="/api/board", ability=A.READ_INBOX),
    Access(method="GET", path="/api/tasks", ability=A.READ_INBOX),
    Access(method="POST", path="/api/tasks/{id}/done", ability=A.WORK_CASE, good=NONE),
    Access(method="GET", path="/api/filters", ability=A.READ_INBOX),
    Access(method="PUT", path="/api/filters", ability=A.READ_INBOX, body={"name": "Мои", "filter": {}}),
    Access(method="DELETE", path="/api/filters/{id}", ability=A.READ_INBOX, good=NONE),
    Access(method="POST", path="/api/appeals/like", ability=A.READ_INBOX, body={"text": "Яма"}),
    Access(method="POST", path="/api/appeals/link", ability=A.WORK_CASE, body={"appeal_ids": [7, 8]}, good=NONE),
    Access(method="POST", path="/api/appeals/remind", ability=A.WORK_CASE, body={"appeal_ids": [7], **KEY}),
    Access(method="POST", path="/api/appeals/assign", ability=A.WORK_CASE, body={"appeal_ids": [7], "assignee_id": 1}, good=NONE),
    Access(method="GET", path="/api/appeals/{id}", ability=A.READ_INBOX, good=NONE),
    Access(
        method="PUT",
        path="/api/appeals/{id}",
        ability=A.WORK_CASE,
        body={**WORDS, "urgency": "urgent", "reply_form": "phone"},
        good=NONE,
    ),
    Access(method="POST", path="/api/appeals/{id}/clarified", ability=A.WORK_CASE, body=WORDS, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/forward", ability=A.WORK_CASE, body={"addressee": "x", **WORDS}, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/reopen", ability=A.REOPEN, body={"reasons": "x", **WORDS}, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/record/again", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/files", ability=A.WORK_CASE, files={"file": ("a.txt", b"words")}, good=NONE),
    Access(method="GET", path="/api/appeals/{id}/files/{file_id}", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/appeals/{id}/like", ability=A.READ_INBOX, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/links", ability=A.WORK_CASE, body={"other_id": 99}, good=NONE),
    Access(method="DELETE", path="/api/appeals/{id}/links/{link_id}", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/merge", ability=A.WORK_CASE, body={"into_id": 99, **WORDS}, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/split", ability=A.WORK_CASE, body=WORDS, good=NONE),
]
ASKED = {"departments": ["x"], "question": "x"}
ROUTES += [
    Access(method="GET", path="/api/appeals/{id}/paperwork", ability=A.READ_INBOX),
    Access(method="POST", path="/api/appeals/{id}/requests/preview", ability=A.WORK_CASE, body=ASKED, good=NONE),
    Access(
        method="POST",
        path="/api/appeals/{id}/requests/document",
        ability=A.WORK_CASE,
        body={"department": "lights", "question": "x"},
        good=NONE,
    ),
    Access(method="POST", path="/api/appeals/{id}/requests", ability=A.WORK_CASE, body={**ASKED, **KEY, "version": 1}, good=NONE),
    Access(
        method="POST", path="/api/requests/{id}/readdress", ability=A.WORK_CASE, body={"email": "a@example.org", **KEY}, good=NONE
    ),
    Access(method="POST", path="/api/requests/{id}/remind", ability=A.WORK_CASE, body=KEY, good=NONE),
    Access(method="POST", path="/api/requests/{id}/withdraw", ability=A.WORK_CASE, body={"reason": "x"}, good=NONE),
    Access(method="GET", path="/api/requests/{id}/document", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/memos/{id}/file", ability=A.READ_INBOX, good=NONE),
    Access(
        method="POST",
        path="/api/requests/{id}/memo/uploads",
        ability=A.WORK_CASE,
        files={"number": (None, "1"), "file": ("a.pdf", b"%PDF-1.4 words")},
        good=(400,),
    ),
    Access(method="POST", path="/api/appeals/{id}/replies", ability=A.WORK_CASE, body={"kind": "final", **KEY}, good=NONE),
    Access(
        method="PUT", path="/api/replies/{id}", ability=A.WORK_CASE, body={"body": "x", "form": "email", "version": 1}, good=NONE
    ),
    Access(method="POST", path="/api/replies/{id}/send", ability=A.WORK_CASE, body={"version": 1}, good=NONE),
    Access(method="POST", path="/api/replies/{id}/posted", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/replies/{id}/drop", ability=A.WORK_CASE, body={"version": 1}, good=NONE),
    Access(method="POST", path="/api/replies/{id}/compose", ability=A.WORK_CASE, body={"memo_ids": [], "version": 1}, good=NONE),
    Access(method="GET", path="/api/replies/{id}/pages", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/replies/{id}/word", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/replies/{id}/preview", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/replies/{id}/document", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/calls", ability=A.READ_INBOX),
    Access(method="POST", path="/api/calls/{id}/attempts", ability=A.WORK_CASE, body={"outcome": "busy"}, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/ask-confirmation", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/appeals/{id}/close", ability=A.WORK_CASE, body={"version": 1}, good=NONE),
    Access(method="POST", path="/api/answers/{id}/explain", ability=A.WORK_CASE, body={"explanation": "x"}, good=NONE),
]
DAY = {"day": "2026-12-30", "working": True}
OFFICIAL = {"full_name": "Образцов", "position": "мастер", "department": "x"}
DIRECTORY = [
    Access(method="GET", path="/api/citizens/{id}", ability=A.READ_INBOX, good=NONE),
    Access(method="PUT", path="/api/citizens/{id}", ability=A.EDIT_APPLICANT, body={}, good=NONE),
    Access(method="GET", path="/api/citizens/{id}/conversations", ability=A.READ_INBOX),
    Access(method="GET", path="/api/citizens/{id}/appeals", ability=A.READ_INBOX),
    Access(method="GET", path="/api/citizens/{id}/left-messages", ability=A.READ_INBOX),
    Access(method="GET", path="/api/citizens/{id}/alike", ability=A.MERGE_APPLICANTS, good=NONE),
    Access(
        method="POST",
        path="/api/citizens/{id}/merge",
        ability=A.MERGE_APPLICANTS,
        body={"other_id": 99, "version": 1},
        good=NONE,
    ),
    Access(method="POST", path="/api/citizens/merges/{id}/undo", ability=A.MERGE_APPLICANTS, good=NONE),
    Access(method="GET", path="/api/refusals", ability=A.READ_REFUSALS),
    Access(method="GET", path="/api/directory", ability=None, good=()),  # either of two abilities: told in test_directory.py
    Access(method="PUT", path="/api/directory/departments/{key}", ability=A.EDIT_DIRECTORY, body={"name": "x"}, good=NONE),
    Access(method="POST", path="/api/directory/liaisons", ability=A.EDIT_DIRECTORY, body=OFFICIAL, good=(400,)),
    Access(method="PUT", path="/api/directory/liaisons/{id}", ability=A.EDIT_DIRECTORY, body=OFFICIAL, good=NONE),
    Access(method="POST", path="/api/directory/liaisons/{id}/retire", ability=A.EDIT_DIRECTORY, good=NONE),
    Access(method="POST", path="/api/directory/liaisons/{id}/recall", ability=A.EDIT_DIRECTORY, good=NONE),
    Access(
        method="POST",
        path="/api/directory/absences",
        ability=A.EDIT_DIRECTORY,
        body={"liaison_id": 99, "first": "2026-12-01", "last": "2026-12-02"},
        good=NONE,
    ),
    Access(method="DELETE", path="/api/directory/absences/{id}", ability=A.EDIT_DIRECTORY, good=NONE),
    Access(method="GET", path="/api/calendar/{year}", ability=A.READ_KNOWLEDGE),
    Access(method="POST", path="/api/calendar/preview", ability=A.EDIT_CALENDAR, body=DAY),
    Access(method="PUT", path="/api/calendar/days/{day}", ability=A.EDIT_CALENDAR, body={"working": True, "reason": "x"}),
    Access(method="DELETE", path="/api/calendar/days/{day}", ability=A.EDIT_CALENDAR, good=NONE),
    Access(method="GET", path="/api/forms", ability=A.EDIT_TEMPLATES),
    Access(method="GET", path="/api/forms/{name}/file", ability=A.EDIT_TEMPLATES),
    Access(method="GET", path="/api/forms/{name}/sample", ability=A.EDIT_TEMPLATES),
    Access(
        method="POST", path="/api/forms/{name}/uploads", ability=A.EDIT_TEMPLATES, files={"file": ("a.docx", b"PK\x03\x04 words")}
    ),
    Access(method="POST", path="/api/forms/{name}/restore", ability=A.EDIT_TEMPLATES, body={}),
    Access(method="GET", path="/api/knowledge-duties", ability=A.READ_KNOWLEDGE),
    Access(method="POST", path="/api/knowledge-duties/{id}/confirm", ability=A.EDIT_KNOWLEDGE, body={"name": "x"}, good=NONE),
    Access(method="GET", path="/api/me/duty-chat", ability=None),
    Access(method="POST", path="/api/me/duty-chat/code", ability=A.TAKE),
    Access(method="DELETE", path="/api/me/duty-chat", ability=None, good=NONE),
]
ANSWER = {"number": "1", "dated_on": "2026-11-25", "signed_by": "x"}
MAIL = [
    Access(method="GET", path="/api/mails", ability=A.READ_INBOX),
    Access(method="GET", path="/api/mails/{id}", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/mails/{id}/page", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/mails/{id}/headers", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/mails/{id}/raw", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/mails/{id}/parts/{number}", ability=A.READ_INBOX, good=NONE),
    Access(method="POST", path="/api/mails/{id}/looked", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/mails/{id}/human", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/mails/{id}/answer", ability=A.WORK_CASE, body={**ANSWER, "outcome": "cannot"}, good=NONE),
    Access(method="POST", path="/api/memos/{id}/confirm", ability=A.WORK_CASE, body=ANSWER, good=NONE),
    Access(method="GET", path="/api/mailboxes", ability=A.READ_INBOX),
    Access(method="POST", path="/api/mail-addresses/bounced", ability=A.READ_INBOX, body={"addresses": ["a@example.org"]}),
    Access(method="GET", path="/api/conversations/{id}/letter", ability=A.READ_INBOX),
    Access(method="GET", path="/api/conversations/{id}/card-draft", ability=A.READ_INBOX),
    Access(method="POST", path="/api/citizens/{id}/letters", ability=A.REPLY, body={"address": "a@example.org"}, good=NONE),
]
LINE = {"kind": "user", "address": "operator1"}
PHONE = [
    Access(method="GET", path="/api/phone/live", ability=A.READ_INBOX),
    Access(method="GET", path="/api/phone/calls", ability=A.READ_INBOX),
    Access(method="GET", path="/api/phone/calls/{id}", ability=A.READ_INBOX, good=NONE),
    Access(method="GET", path="/api/phone/mine", ability=A.WORK_SHIFT),
    Access(method="GET", path="/api/phone/officials", ability=None, good=()),  # either of two abilities, as the directory
    Access(method="GET", path="/api/phone/call-backs", ability=A.READ_INBOX),
    Access(method="GET", path="/api/phone/conversations/{id}/card-draft", ability=A.READ_INBOX),
    Access(method="GET", path="/api/phone/tasks?id=1", ability=A.READ_INBOX),
    Access(method="POST", path="/api/phone/tasks/{id}/call", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/phone/tasks/{id}/tell", ability=A.WORK_CASE, good=NONE),
    Access(method="PUT", path="/api/phone/line", ability=A.WORK_SHIFT, body=LINE),
    Access(method="POST", path="/api/phone/line/ready", ability=A.WORK_SHIFT, body={"ready": True}, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/take-over", ability=A.TAKE, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/transfer", ability=A.REPLY, body={"liaison_id": 1}, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/back", ability=A.REPLY, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/hold", ability=A.REPLY, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/mute", ability=A.REPLY, body={"on": True}, good=NONE),
    Access(method="POST", path="/api/phone/calls/{id}/end", ability=A.REPLY, good=NONE),
    Access(method="POST", path="/api/phone/call-backs/{id}/take", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/phone/call-backs/{id}/give-back", ability=A.WORK_CASE, good=NONE),
    Access(method="POST", path="/api/phone/call-backs/{id}/done", ability=A.WORK_CASE, body={"done_as": "talked"}, good=NONE),
]
NEWS = [
    Access(method="GET", path="/api/news", ability=A.APPROVE_NEWS),
    Access(method="POST", path="/api/news", ability=A.PLACE_NEWS, body={"title": "x", "text": "x"}),
    Access(method="PUT", path="/api/news/{id}", ability=A.PLACE_NEWS, body={"title": "x", "text": "x"}, good=NONE),
    Access(method="POST", path="/api/news/{id}/sound/uploads", ability=A.PLACE_NEWS, files={"file": ("a.mp3", b"x")}, good=NONE),
    Access(method="POST", path="/api/news/{id}/sound/drop", ability=A.PLACE_NEWS, body={"version": 0}, good=NONE),
    Access(method="GET", path="/api/news/{id}/sound", ability=A.APPROVE_NEWS, good=NONE),
    Access(method="POST", path="/api/news/{id}/approve", ability=A.APPROVE_NEWS, body={"version": 0}, good=NONE),
    Access(method="POST", path="/api/news/{id}/withdraw", ability=A.APPROVE_NEWS, good=NONE),
]
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
    Access(
        method="POST",
        path="/api/quality/bot-marks/{id}/decision",
        ability=A.EDIT_KNOWLEDGE,
        body={"accepted": False, "words": "x", "version": 0},
        good=NONE,
    ),
    Access(method="GET", path="/api/quality/conversations/{id}/bot-marks", ability=A.READ_INBOX),
]
MENU = [
    Access(method="GET", path="/api/menu", ability=A.EDIT_MENU),
    Access(method="POST", path="/api/menu/drafts", ability=A.EDIT_MENU, body={}, good=(200, 409)),
    Access(method="PUT", path="/api/menu/drafts/{id}", ability=A.EDIT_MENU, body={"texts": {}, "version": 9}, good=NONE),
    Access(method="POST", path="/api/menu/drafts/{id}/drop", ability=A.EDIT_MENU, body={"version": 9}, good=NONE),
    Access(method="POST", path="/api/menu/drafts/{id}/publish", ability=A.PUBLISH_MENU, body={"version": 9}, good=NONE),
    Access(method="POST", path="/api/menu/editions/{number}/restore", ability=A.PUBLISH_MENU, good=NONE),
    Access(method="GET", path="/api/menu/comparison?before=0&after=0", ability=A.EDIT_MENU),
    Access(method="POST", path="/api/menu/drafts/{id}/check", ability=A.EDIT_MENU, good=NONE),
    Access(method="POST", path="/api/menu/simulation", ability=A.EDIT_MENU, body={"act": "call"}),
    Access(method="POST", path="/api/menu/chat", ability=A.EDIT_MENU, body={"typed": ""}),
    Access(method="POST", path="/api/menu/aloud", ability=A.EDIT_MENU, body={"words": "Да."}),
]
MENU += [
    Access(method="GET", path="/api/directory/answering?q=x", ability=None, good=()),  # as the directory itself
    Access(method="GET", path="/api/menu/hours", ability=None),
    Access(method="GET", path="/api/menu/closures", ability=A.EDIT_MENU),
    Access(
        method="PUT",
        path="/api/menu/closures/{day}",
        ability=A.CLOSE_OFFICE,
        body={"opens": "09:00", "closes": "16:00", "notice": "До 16:00."},
    ),
    Access(method="DELETE", path="/api/menu/closures/{day}", ability=A.CLOSE_OFFICE, good=(204, 404)),
]
ROUTES += MENU
LEFT = [
    Access(method="GET", path="/api/left-messages", ability=A.READ_INBOX),
    Access(method="POST", path="/api/left-messages/{id}/review", ability=A.REVIEW_LEFT, good=NONE),
    Access(method="GET", path="/api/left-messages/{id}/draft", ability=A.REGISTER, good=NONE),
    Access(
        method="POST",
        path="/api/left-messages/{id}/appeals",
        ability=A.REGISTER,
        body={"card": {"surname": "Тестов"}, "text": "Яма", "urgency": "urgent", "reply_form": "phone"},
        good=NONE,
    ),
    Access(method="POST", path="/api/left-messages/{id}/call-back", ability=A.WORK_CASE, good=NONE),
    Access(method="GET", path="/api/recordings/{id}/sound", ability=A.HEAR_RECORDINGS, good=NONE),
]
SEEN = {"version": 1}
KNOWLEDGE = [
    Access(method="GET", path="/api/knowledge/articles", ability=A.APPROVE_KNOWLEDGE),
    Access(method="POST", path="/api/knowledge/articles", ability=A.EDIT_KNOWLEDGE, body={"title": "x"}),
    Access(method="GET", path="/api/knowledge/counts", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/export", ability=A.APPROVE_KNOWLEDGE, good=(200, 404)),
    Access(
        method="POST",
        path="/api/knowledge/imports/uploads",
        ability=A.EDIT_KNOWLEDGE,
        files={"file": ("a.docx", b"PK\x03\x04 words")},
    ),
    Access(method="GET", path="/api/knowledge/articles/{id}", ability=A.APPROVE_KNOWLEDGE, good=(200, 404)),
    Access(method="PUT", path="/api/knowledge/articles/{id}", ability=A.EDIT_KNOWLEDGE, body=SEEN, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/revise", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/versions/{number}/restore", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/articles/{id}/versions/{number}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/articles/{id}/original", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    *[
        Access(method="POST", path=f"/api/knowledge/articles/{{id}}/{deed}", ability=ability, body=SEEN, good=NONE)
        for deed, ability in {
            **dict.fromkeys(("discard", "submit", "publish", "archive", "confirm"), A.EDIT_KNOWLEDGE),
            "approve": A.APPROVE_KNOWLEDGE,
        }.items()
    ],
    Access(
        method="POST",
        path="/api/knowledge/articles/{id}/return",
        ability=A.APPROVE_KNOWLEDGE,
        body={**SEEN, "words": "x"},
        good=NONE,
    ),
    Access(
        method="POST",
        path="/api/knowledge/articles/{id}/files/uploads?version=1",
        ability=A.EDIT_KNOWLEDGE,
        files={"file": ("a.txt", b"words")},
        good=NONE,
    ),
    Access(method="GET", path="/api/knowledge/articles/{id}/files/{file_id}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(
        method="PUT",
        path="/api/knowledge/articles/{id}/files/{file_id}",
        ability=A.EDIT_KNOWLEDGE,
        body={**SEEN, "for_citizens": True},
        good=NONE,
    ),
    Access(method="POST", path="/api/knowledge/articles/{id}/files/{file_id}/drop", ability=A.EDIT_KNOWLEDGE, body=SEEN, good=NONE),
    Access(method="POST", path="/api/knowledge/articles/{id}/remarks", ability=A.READ_KNOWLEDGE, body={"kind": "wrong"}, good=NONE),
    Access(method="GET", path="/api/knowledge/remarks", ability=A.APPROVE_KNOWLEDGE),
    Access(method="POST", path="/api/knowledge/remarks/{id}/settle", ability=A.EDIT_KNOWLEDGE, body={"words": "x"}, good=NONE),
    Access(method="GET", path="/api/knowledge/questions", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/questions/trend", ability=A.APPROVE_KNOWLEDGE),
    Access(method="GET", path="/api/knowledge/questions/{id}", ability=A.APPROVE_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/draft", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/attach", ability=A.EDIT_KNOWLEDGE, body={"article_id": 1}, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/foreign", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/dismiss", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="POST", path="/api/knowledge/questions/{id}/reopen", ability=A.EDIT_KNOWLEDGE, good=NONE),
    Access(method="GET", path="/api/knowledge/words", ability=A.APPROVE_KNOWLEDGE),
    Access(
        method="PUT",
        path="/api/knowledge/words/synonyms",
        ability=A.EDIT_KNOWLEDGE,
        body={"version": 99, "synonyms": []},
        good=(409,),
    ),
    Access(
        method="PUT", path="/api/knowledge/words/topics", ability=A.EDIT_KNOWLEDGE, body={"version": 99, "topics": []}, good=(409,)
    ),
    Access(method="POST", path="/api/knowledge/trial", ability=A.APPROVE_KNOWLEDGE, body={"text": "x"}),
    Access(method="POST", path="/api/knowledge/look", ability=A.APPROVE_KNOWLEDGE, body={"answer": "x"}),
    Access(method="POST", path="/api/knowledge/aloud", ability=A.APPROVE_KNOWLEDGE, body={"answer": "x"}),
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
ROUTES += [*CASEWORK, *DIRECTORY, *MAIL, *PHONE, *NEWS, *LEFT, *KNOWLEDGE, *QUALITY, *REPORTS, *TRAINING, *KEEPING, *ACCOUNTS]
