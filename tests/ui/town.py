"""The state behind the mock API: conversations in memory, the same models as the real one."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from inbox.web import schemas as s
from inbox.web.recordings.schemas import LeftWorkView

DEMO: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "demo.yaml").read_text("utf-8"))
WORDS: dict[str, str] = DEMO["words"]
PAGE = 50
CHANNELS = ("telegram", "telegram", "email", "voice")
OPERATOR_ACTIONS = ["inbox.read", "shift.work", "conversation.take", "conversation.reply", "left_message.review", "knowledge.read"]


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


class Refused(Exception):
    """A Problem with its HTTP status."""

    def __init__(self, status: int, code: str, message: str, **rest: Any) -> None:
        super().__init__(code)
        self.status = status
        self.problem = s.Problem(code=code, message=message, **rest)


@dataclass
class Talk:
    """A conversation with all that belongs to it."""

    row: s.ConversationRow
    messages: list[s.MessageView]
    applicant: s.ApplicantCard
    appeals: list[s.AppealBrief] = field(default_factory=list)
    drafts: dict[tuple[int, str], s.DraftView] = field(default_factory=dict)
    viewers: dict[int, s.Viewer] = field(default_factory=dict)


class Town:
    """Everything that the mock knows; tests change it and watch it directly."""

    def __init__(self) -> None:
        self.reset()

    def reset(self, rows: int = 14) -> None:
        """Begin anew with ``rows`` conversations."""
        self.numbers = count(1000)
        self.staff = {
            member["id"]: s.Me(
                **member,
                on_shift=False,
                shortcuts_on=True,
                notify="all",
                actions=["inbox.read", "knowledge.read"] if member["role"] == "auditor" else OPERATOR_ACTIONS,
                training=False,
                must_enrol=False,
                must_change=False,
                by_provider=False,
            )
            for member in DEMO["staff"]
        }
        self.sessions: dict[str, int] = {}
        self.tries = 0
        self.talks: dict[int, Talk] = {}
        self.events: list[tuple[int, s.LiveEventView]] = []
        self.streams: set[asyncio.Queue[Any]] = getattr(self, "streams", set())
        self.event_numbers = count(1)
        self.uploads: dict[str, s.Upload] = {}
        self.left = [
            LeftWorkView(
                id=i + 1,
                conversation_id=100 + i,
                left_at=now() - timedelta(hours=3 * i + 1),
                reviewed_at=None,
                reviewed_by="",
                channel="telegram",
                call_id=None,
                due_on=None,
                is_late=False,
                is_due_today=False,
                recordings=[],
                appeal=None,
                **left,
            )
            for i, left in enumerate(DEMO["left"])
        ]
        self.break_replies = 0
        self.live_down = False
        self.csp: list[Any] = []
        self.calls: list[str] = []
        for number in range(rows):
            self.talks[100 + number] = self._talk(100 + number, number)

    def _talk(self, number: int, at: int) -> Talk:
        name = DEMO["names"][at % len(DEMO["names"])]
        mode = ("waiting", "waiting", "waiting", "operator", "waiting", "bot", "operator", "closed")[at % 8]
        operator = s.StaffBrief(id=1 + at % 2, full_name=self.staff[1 + at % 2].full_name) if mode == "operator" else None
        since = now() - timedelta(minutes=3 * (at % 8), seconds=20)
        messages = self._story(number) if at < 8 else [self.said(number, "citizen", DEMO["previews"][at % 8])]
        surname, given, patronymic = [*name.split(), "", "", ""][:3]
        return Talk(
            row=s.ConversationRow(
                id=number,
                channel=CHANNELS[at % 4],
                mode=mode,
                applicant_id=None,
                applicant_name=name,
                preview=DEMO["previews"][at % 8],
                last_author="citizen" if at % 3 else "bot",
                last_message_at=now() - timedelta(minutes=2 * at),
                waiting_since=since if mode == "waiting" else None,
                unread=0 if mode in ("bot", "closed") else at % 4,
                emergency=at == 2,
                operator=operator,
                hand_off_reason="low_confidence" if mode == "waiting" else "",
                reply_due_at=since + timedelta(minutes=8) if mode == "waiting" else None,
            ),
            messages=messages,
            applicant=s.ApplicantCard(
                id=number if name else None,
                kind="person",
                surname=surname,
                given_name=given,
                patronymic=patronymic,
                organisation="",
                phones=["+7 918 822-11-33"] if name and at % 3 != 1 else [],
                emails=[],
                postal_address="",
                consent_at=now() if name else None,
                missing=[] if name and at % 3 != 1 else (["contact"] if name else ["full_name", "contact", "consent"]),
                version=1,
            ),
            appeals=[self._appeal(brief) for brief in DEMO["appeals"]] if at == 0 else [],
        )

    def _appeal(self, brief: dict[str, Any]) -> s.AppealBrief:
        due = now().date() + timedelta(days=brief["due"])
        return s.AppealBrief(
            id=next(self.numbers),
            registration_number=brief["number"],
            text=brief["text"],
            urgency=brief["urgency"],
            status=brief["status"],
            registered_at=now() - timedelta(days=5),
            due_on=due,
            overdue=brief["overdue"],
        )

    def _story(self, number: int) -> list[s.MessageView]:
        told = []
        for at, line in enumerate(DEMO["story"]):
            audience = "staff" if line["author"] == "system" else "citizen"
            message = self.said(number, line["author"], line["text"], line.get("attachments", []), audience=audience)
            message.created_at = now() - timedelta(days=1 if at < 2 else 0, minutes=30 - at)
            message.buttons = [s.ButtonView(title=title) for title in line.get("buttons", [])]
            if "edited" in line:
                message.versions, message.edited_at = [line["text"]], message.created_at
                message.text = line["edited"]
            told.append(message)
        return told

    def said(
        self, talk_id: int, author: Any, text: str, attachments: list[dict[str, Any]] | None = None, **rest: Any
    ) -> s.MessageView:
        """A message that is not yet in any conversation."""
        talk = self.talks.get(talk_id)
        views = []
        for given in attachments or []:
            view = s.AttachmentView(
                id=next(self.numbers),
                **{"file_name": "", "media_type": "", "size": 0, "state": "stored", "url": None, "details": {}} | given,
            )
            if view.file_name and view.state == "stored":
                view.url = f"/api/attachments/{view.id}"
            views.append(view)
        filled = {
            "author_name": talk.row.applicant_name if talk and author == "citizen" else "",
            "audience": "citizen",
            "buttons": [],
            "reply_to_id": None,
            "edited_at": None,
            "versions": [],
            "delivery": None if author == "citizen" or rest.get("audience") == "staff" else "sent",
            "doubtful": False,
            "delivery_error": "",
        } | rest
        return s.MessageView(id=next(self.numbers), author=author, text=text, attachments=views, created_at=now(), **filled)

    def publish(self, event: Any, *, stored: bool = True) -> None:
        """Send to every open stream; stored events get a number and can be replayed."""
        number = next(self.event_numbers) if stored else None
        if number is not None:
            self.events.append((number, event))
        for stream in self.streams:
            stream.put_nowait((number, event))

    def end_streams(self) -> None:
        """Close every open stream, as a stopping server does."""
        for stream in list(self.streams):
            stream.put_nowait(None)

    def add(self, talk_id: int, message: s.MessageView) -> s.MessageView:
        """Put a message into its conversation and tell everybody."""
        talk = self.talks[talk_id]
        talk.messages.append(message)
        if message.audience == "citizen":
            talk.row.preview, talk.row.last_author, talk.row.last_message_at = (
                message.text[:120],
                message.author,
                message.created_at,
            )
        if message.author == "citizen" and talk.row.mode in ("waiting", "operator"):
            talk.row.unread += 1
        self.publish(s.MessageAdded(kind="message", conversation_id=talk_id, message=message))
        self.changed(talk_id)
        return message

    def changed(self, talk_id: int) -> None:
        """Announce the conversation's new line."""
        self.publish(s.ConversationChanged(kind="conversation", row=self.talks[talk_id].row.model_copy()))

    def citizen_says(self, talk_id: int, text: str) -> s.MessageView:
        """The citizen writes."""
        return self.add(talk_id, self.said(talk_id, "citizen", text))

    def look(self, talk_id: int, who: s.StaffBrief | s.Me, *, typing: bool = False) -> None:
        """Somebody has the conversation on the screen; all who have are told, as the server tells them."""
        viewers = self.talks[talk_id].viewers
        viewers[who.id] = s.Viewer(id=who.id, full_name=who.full_name, typing=typing)
        self.publish(s.PresenceChanged(kind="presence", conversation_id=talk_id, viewers=list(viewers.values())), stored=False)

    def hand_off(self, name: str, text: str, *, emergency: bool = False) -> int:
        """A new conversation comes into the queue."""
        number = next(self.numbers)
        talk = self._talk(number, 8)
        talk.row.applicant_name, talk.row.preview, talk.row.emergency, talk.row.unread = name, text, emergency, 1
        talk.row.waiting_since, talk.row.reply_due_at = now(), now() + timedelta(minutes=5)
        self.talks[number] = talk
        talk.messages = [self.said(number, "citizen", text)]
        self.publish(s.HandedOff(kind="handed_off", row=talk.row.model_copy()))
        return number

    def take(self, talk_id: int, me: s.Me) -> None:
        """Compare-and-set; a second taker learns who was first."""
        row = self.talks[talk_id].row
        if row.operator is not None and row.operator.id != me.id:
            name = row.operator.full_name
            raise Refused(409, "conflict", WORDS["taken"].format(name=name), facts={"operator": row.operator.model_dump()})
        row.operator, row.mode, row.waiting_since, row.reply_due_at, row.unread = (
            s.StaffBrief(id=me.id, full_name=me.full_name),
            "operator",
            None,
            None,
            0,
        )
        self.add(talk_id, self.said(talk_id, "system", WORDS["greeting"].format(name=me.full_name)))

    def listed(self, me: s.Me, which: str, channel: str, query: str) -> list[s.ConversationRow]:
        """The rows of a list in the server's order."""
        rows = [talk.row for talk in self.talks.values() if self.belongs(talk.row, me, which)]
        rows = [
            row
            for row in rows
            if (not channel or row.channel == channel) and query.lower() in (row.applicant_name + row.preview).lower()
        ]
        if which == "queue":
            return sorted(rows, key=lambda row: (not row.emergency, row.waiting_since or now(), row.id))
        return sorted(rows, key=lambda row: (row.last_message_at, row.id), reverse=True)

    @staticmethod
    def belongs(row: s.ConversationRow, me: s.Me, which: str) -> bool:
        """Is the row in the list?"""
        mine = row.operator is not None and row.operator.id == me.id
        return {
            "queue": row.mode == "waiting",
            "mine": row.mode == "operator" and mine,
            "colleagues": row.mode == "operator" and not mine,
            "all": True,
        }[which]

    def actions(self, talk: Talk, me: s.Me) -> list[Any]:
        """What the asker may do now."""
        if me.role == "auditor":
            return []
        mine = talk.row.operator is not None and talk.row.operator.id == me.id
        if talk.row.mode == "operator" and mine:
            return ["reply", "note", "hand_back", "close", "register", "edit_applicant", "refuse"]
        if talk.row.mode == "operator":
            return ["note"]
        return ["note"] if talk.row.mode == "closed" else ["take", "note"]
