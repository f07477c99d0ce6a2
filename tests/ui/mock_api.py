"""A small honest stand-in for the inbox's API: same models, same statuses, in memory, with the strict CSP of the product."""

import asyncio
import secrets
from collections.abc import AsyncIterable, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response, UploadFile
from fastapi.responses import FileResponse, JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from inbox.web import schemas as s
from inbox.web.casework.schemas import LikeCard, TaskPage
from inbox.web.guards import CSP
from inbox.web.recordings.schemas import LeftWorkView
from tests.ui.media import png, wav
from tests.ui.town import DEMO, PAGE, WORDS, Refused, Talk, Town, now

COOKIE = "sid"
PASSWORD = "correct horse"
NO_DRAFT = s.DraftView(text="", replaced="", version=0, seen=0, saved_at=None)


def build(town: Town, dist: Path) -> FastAPI:  # noqa: C901
    """The mock over ``town``; ``dist`` is the built UI."""
    app = FastAPI(title="inbox")

    @app.exception_handler(Refused)
    async def refused(_: Request, refusal: Refused) -> JSONResponse:
        headers = {"Retry-After": "30"} if refusal.status == 429 else {}
        return JSONResponse(refusal.problem.model_dump(mode="json"), refusal.status, headers)

    @app.middleware("http")
    async def headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        town.calls.append(f"{request.method} {request.url.path}")
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = CSP
        return response

    async def asker(request: Request) -> s.Me:
        number = town.sessions.get(request.cookies.get(COOKIE, ""))
        if number is None:
            raise Refused(401, "not_signed_in", WORDS["signed_out"])
        return town.staff[number]

    Asker = Annotated[s.Me, Depends(asker)]

    def talk_of(id: int) -> Talk:
        if id not in town.talks:
            raise Refused(404, "not_found", WORDS["not_found"])
        return town.talks[id]

    def view(talk: Talk, me: s.Me) -> s.ConversationView:
        earlier = str(talk.messages[-50].id) if len(talk.messages) > 50 else None
        drafts = {kind: kept for (who, kind), kept in talk.drafts.items() if who == me.id}
        return s.ConversationView(
            row=talk.row,
            messages=talk.messages[-50:],
            earlier=earlier,
            applicant=talk.applicant,
            appeals=talk.appeals,
            viewers=list(talk.viewers.values()),
            drafts=drafts,
            actions=town.actions(talk, me),
        )

    @app.post("/api/login")
    async def login(form: s.LoginForm, response: Response) -> s.Me:
        town.tries += 1
        if town.tries > 5:
            raise Refused(429, "too_many_tries", WORDS["too_many"], facts={"retry_after": 30})
        member = next((m for m in town.staff.values() if m.login == form.login), None)
        if member is None or form.password != PASSWORD:
            raise Refused(401, "bad_credentials", WORDS["bad_login"])
        town.tries = 0
        token = secrets.token_hex(8)
        town.sessions[token] = member.id
        response.set_cookie(COOKIE, token, httponly=True, samesite="lax")
        return member

    @app.post("/api/logout", status_code=204)
    async def logout(request: Request) -> None:
        town.sessions.pop(request.cookies.get(COOKIE, ""), None)

    @app.get("/api/me")
    async def me(asker: Asker) -> s.Me:
        return asker

    @app.get("/api/me/tour")
    async def tour(asker: Asker) -> dict[str, str]:
        return {"state": "declined", "step": ""}

    @app.get("/api/training")
    async def no_training(asker: Asker) -> dict[str, bool]:
        return {"is_on": False, "has_day": False, "has_result": False}

    @app.patch("/api/me")
    async def prefer(form: s.Preferences, asker: Asker) -> s.Me:
        for name, value in form.model_dump(exclude_none=True).items():
            setattr(asker, name, value)
        return asker

    @app.post("/api/me/password", status_code=204)
    async def change_password(form: s.PasswordForm, asker: Asker) -> None:
        if form.old != PASSWORD:
            raise Refused(401, "wrong_password", WORDS["bad_login"])

    @app.post("/api/me/shift")
    async def start_shift(asker: Asker) -> s.Me:
        asker.on_shift = True
        return asker

    @app.delete("/api/me/shift")
    async def end_shift(asker: Asker) -> s.Me:
        asker.on_shift = False
        return asker

    @app.get("/api/conversations")
    async def conversations(
        asker: Asker, list: str = "queue", after: str = "", channel: str = "", query: str = ""
    ) -> s.ConversationPage:
        rows = town.listed(asker, list, channel, query)
        start = int(after or 0)
        more = start + PAGE < len(rows)
        return s.ConversationPage(rows=rows[start : start + PAGE], next=str(start + PAGE) if more else None)

    @app.get("/api/conversations/counters")
    async def counters(asker: Asker) -> s.Counters:
        rows = [talk.row for talk in town.talks.values()]
        counted = {which: sum(town.belongs(row, asker, which) for row in rows) for which in ("queue", "mine", "colleagues")}
        return s.Counters(**counted, all=sum(row.mode != "closed" for row in rows))

    @app.get("/api/conversations/{id}")
    async def conversation(id: int, asker: Asker) -> s.ConversationView:
        talk = talk_of(id)
        if talk.row.operator is not None and talk.row.operator.id == asker.id and talk.row.unread:
            talk.row.unread = 0
            town.changed(id)
        return view(talk, asker)

    @app.get("/api/conversations/{id}/messages")
    async def messages(id: int, before: str, asker: Asker) -> s.MessagePage:
        earlier = [message for message in talk_of(id).messages if message.id < int(before)]
        return s.MessagePage(messages=earlier[-50:], earlier=str(earlier[-50].id) if len(earlier) > 50 else None)

    @app.post("/api/conversations/{id}/take")
    async def take(id: int, asker: Asker) -> s.ConversationView:
        talk_of(id)
        town.take(id, asker)
        return view(town.talks[id], asker)

    @app.post("/api/conversations/{id}/reply")
    async def reply(id: int, form: s.ReplyForm, asker: Asker) -> s.MessageView:
        if town.break_replies:
            town.break_replies -= 1
            raise Refused(503, "unavailable", WORDS["broken"])
        talk = talk_of(id)
        old = next((message for message in talk.messages if message.client_key == form.client_key), None)
        if old is not None:
            return old
        files = [town.uploads.pop(upload) for upload in form.upload_ids]
        given = [{"kind": "document", "file_name": f.file_name, "media_type": f.media_type, "size": f.size} for f in files]
        message = town.said(
            id,
            "operator",
            form.text,
            given,
            author_name=asker.full_name,
            reply_to_id=form.reply_to_id,
            client_key=form.client_key,
            delivery="waiting",
        )
        end_draft(talk, asker, "reply")
        return town.add(id, message)

    @app.post("/api/conversations/{id}/note")
    async def note(id: int, form: s.NoteForm, asker: Asker) -> s.MessageView:
        end_draft(talk_of(id), asker, "note")
        message = town.said(
            id, "operator", form.text, author_name=asker.full_name, audience="staff", client_key=form.client_key, delivery=None
        )
        return town.add(id, message)

    @app.post("/api/conversations/{id}/hand-back")
    async def hand_back(id: int, asker: Asker) -> s.ConversationView:
        talk = talk_of(id)
        talk.row.mode, talk.row.operator = "bot", None
        town.add(id, town.said(id, "system", WORDS["handed_back"], audience="staff"))
        return view(talk, asker)

    @app.post("/api/conversations/{id}/close")
    async def close(id: int, form: s.CloseForm, asker: Asker) -> s.ConversationView:
        talk = talk_of(id)
        talk.row.mode, talk.row.unread = "closed", 0
        town.changed(id)
        return view(talk, asker)

    @app.post("/api/conversations/{id}/presence", status_code=204)
    async def presence(id: int, request: Request, asker: Asker) -> None:
        body = await request.json()
        talk_of(id)
        town.look(id, asker, typing=body["typing"])

    def end_draft(talk: Talk, asker: s.Me, kind: str) -> s.DraftView:
        version = talk.drafts.get((asker.id, kind), NO_DRAFT).version + 1
        talk.drafts[(asker.id, kind)] = NO_DRAFT.model_copy(update={"version": version})
        return talk.drafts[(asker.id, kind)]

    @app.get("/api/drafts/{kind}/{id}")
    async def read_draft(kind: str, id: int, asker: Asker) -> s.DraftView:
        return talk_of(id).drafts.get((asker.id, kind), NO_DRAFT)

    @app.put("/api/drafts/{kind}/{id}")
    async def keep_draft(kind: str, id: int, form: s.DraftForm, asker: Asker) -> s.DraftView:
        """Refused when it is late, as the real one; of two windows the mock knows nothing."""
        known = talk_of(id).drafts.get((asker.id, kind), NO_DRAFT)
        if known.version > form.version and not known.text:
            raise Refused(409, "draft_ended", WORDS["old_card"], facts={"version": known.version})
        kept = s.DraftView(text=form.text, replaced="", version=known.version + 1, seen=form.seen, saved_at=now())
        talk_of(id).drafts[(asker.id, kind)] = kept
        return kept

    @app.delete("/api/drafts/{kind}/{id}")
    async def drop_draft(kind: str, id: int, asker: Asker) -> s.DraftView:
        return end_draft(talk_of(id), asker, kind)

    @app.post("/api/conversations/{id}/uploads")
    async def upload(id: int, file: UploadFile, asker: Asker) -> s.Upload:
        body = await file.read()
        stored = s.Upload(
            id=secrets.token_hex(8), file_name=file.filename or "", media_type=file.content_type or "", size=len(body)
        )
        town.uploads[stored.id] = stored
        return stored

    @app.put("/api/conversations/{id}/applicant")
    async def applicant(id: int, form: s.ApplicantForm, asker: Asker) -> s.ApplicantCard:
        talk = talk_of(id)
        if form.version != talk.applicant.version:
            raise Refused(409, "conflict", WORDS["old_card"])
        wrong = {f"phones.{at}": WORDS["bad_phone"] for at, phone in enumerate(form.phones) if sum(c.isdigit() for c in phone) < 10}
        wrong |= {f"emails.{at}": WORDS["bad_email"] for at, email in enumerate(form.emails) if "@" not in email}
        if wrong:
            raise Refused(400, "invalid", WORDS["bad_card"], fields=wrong)
        missing: list[Any] = [] if form.surname or form.organisation else ["full_name"]
        missing += [] if form.phones or form.emails or form.postal_address else ["contact"]
        missing += [] if form.consent else ["consent"]
        talk.applicant = s.ApplicantCard(
            **form.model_dump(exclude={"consent", "version"}),
            id=id,
            consent_at=now() if form.consent else None,
            missing=missing,
            version=form.version + 1,
        )
        talk.row.applicant_name = " ".join(filter(None, [form.surname, form.given_name, form.patronymic])) or form.organisation
        town.changed(id)
        return talk.applicant

    @app.post("/api/conversations/{id}/appeals")
    async def register(id: int, form: s.RegisterForm, asker: Asker) -> s.AppealBrief:
        talk = talk_of(id)
        if talk.applicant.missing:
            raise Refused(400, "not_registrable", WORDS["not_registrable"], facts={"missing": talk.applicant.missing})
        due = next(term.due_on for term in await terms(asker) if term.urgency == form.urgency)
        number = f"А-{next(town.numbers):06d}/{now().year}"
        appeal = s.AppealBrief(
            id=next(town.numbers),
            registration_number=number,
            text=form.text,
            urgency=form.urgency,
            status="registered",
            registered_at=now(),
            due_on=due,
            overdue=False,
        )
        talk.appeals.insert(0, appeal)
        town.add(id, town.said(id, "system", WORDS["registered"].format(number=number, due=f"{due:%d.%m.%Y}")))
        return appeal

    @app.post("/api/conversations/{id}/refusal", status_code=204)
    async def refuse(id: int, form: s.RefuseForm, asker: Asker) -> None:
        talk_of(id)
        town.add(id, town.said(id, "system", WORDS["refused"], audience="staff"))

    @app.get("/api/terms")
    async def terms(asker: Asker) -> list[s.TermPreview]:
        today = now().date()
        return [
            s.TermPreview(urgency="urgent", due_on=today + timedelta(days=7), clause="2.8.7"),
            s.TermPreview(urgency="long_term", due_on=today + timedelta(days=10), clause="2.8.7"),
        ]

    @app.get("/api/canned-answers")
    async def canned(asker: Asker) -> list[s.CannedAnswerView]:
        return [s.CannedAnswerView(**answer) for answer in DEMO["canned"]]

    @app.get("/api/knowledge/search")
    async def search(query: str, asker: Asker, limit: int = 10) -> list[s.ArticleHit]:
        found = [article for article in DEMO["articles"] if query.lower() in (article["title"] + article["answer"]).lower()]
        return [s.ArticleHit(**article) for article in found[:limit]]

    @app.get("/api/knowledge/suggest")
    async def suggest(conversation_id: int, asker: Asker) -> list[s.ArticleHit]:
        return [s.ArticleHit(**article) for article in DEMO["articles"][:3]]

    @app.get("/api/left-messages")
    async def left(asker: Asker, open: bool = True) -> list[LeftWorkView]:
        return [message for message in town.left if not open or message.reviewed_at is None]

    @app.post("/api/appeals/like")
    async def like(asker: Asker) -> list[LikeCard]:
        return []

    @app.get("/api/tasks")
    async def tasks(asker: Asker) -> TaskPage:
        return TaskPage(rows=[], next=None)

    @app.post("/api/left-messages/{id}/review", status_code=204)
    async def review(id: int, asker: Asker) -> None:
        next(message for message in town.left if message.id == id).reviewed_at = now()

    @app.get("/api/attachments/{id}")
    async def attachment(id: int, asker: Asker) -> Response:
        found = next(a for t in town.talks.values() for m in t.messages for a in m.attachments if a.id == id)
        body = {"image/png": png, "audio/wav": wav}.get(found.media_type, lambda: b"file")()
        return Response(body, media_type=found.media_type)

    def line_is_up() -> None:
        if town.live_down:
            raise Refused(503, "unavailable", WORDS["broken"])

    @app.get("/api/live", response_class=EventSourceResponse, dependencies=[Depends(asker), Depends(line_is_up)])
    async def live(last_event_id: Annotated[str | None, Header()] = None) -> AsyncIterable[ServerSentEvent]:
        stream: asyncio.Queue[Any] = asyncio.Queue()
        for number, event in town.events if last_event_id else []:
            if number > int(last_event_id or 0):
                stream.put_nowait((number, event))
        town.streams.add(stream)
        try:
            while True:
                said = await stream.get()
                if said is None:
                    return
                yield ServerSentEvent(data=said[1].model_dump(mode="json"), id=None if said[0] is None else str(said[0]))
        finally:
            town.streams.discard(stream)

    @app.get("/api/live-shape", include_in_schema=True)
    async def live_shape() -> s.LiveEventView:
        """Only so that the events' models are in the OpenAPI of the mock."""
        return s.Resync(kind="resync")

    @app.get("/api/problem-shape", include_in_schema=True)
    async def problem_shape() -> s.Problem:
        """Only so that the refusal's model is in the OpenAPI of the mock."""
        return s.Problem(code="", message="")

    @app.post("/api/csp-reports", status_code=204)
    async def csp_report(request: Request) -> None:
        town.csp.append(await request.json())

    @app.get("/{path:path}", include_in_schema=False)
    async def page(path: str) -> Response:
        file = dist / path
        return FileResponse(file if path and file.is_file() else dist / "index.html")

    return app
