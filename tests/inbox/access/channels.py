"""Routes of mail, telephone, news, messages left and the menu."""

from core.staff.abilities import Ability as A
from tests.inbox.access.model import NONE, Access

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
SERVED = [
    Access(method="GET", path="/api/directory/answering?q=x", ability=None, good=()),  # as the directory itself
    Access(method="GET", path="/api/directory/services", ability=None, good=()),  # as the directory itself
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
