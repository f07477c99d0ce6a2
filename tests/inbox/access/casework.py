"""Routes of cards, requests, replies, citizens and the directory."""

from core.staff.abilities import Ability as A
from tests.inbox.access.model import KEY, NONE, Access

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
PAPERWORK = [
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
