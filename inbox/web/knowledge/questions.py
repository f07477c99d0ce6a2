"""Questions without an answer, the search's words, trials of the bot (2.3)."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.knowledge.model import Article
from core.staff.cleaning import clean_text
from core.unanswered.desk import GroupRow
from core.unanswered.model import GroupState
from inbox.web.auth import Desks, SignedIn
from inbox.web.knowledge import mapping, question_schemas, schemas
from inbox.web.knowledge.reading import ArticleId
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/knowledge", tags=["knowledge"])
PAGE = 50
CURSOR = r"^\d{1,9}\.\d{1,18}$"


@router.get("/questions")
async def list_questions(
    asker: SignedIn,
    office: Desks,
    state: Annotated[GroupState, Query()] = GroupState.OPEN,
    after: Annotated[str, Query(pattern=CURSOR)] | None = None,
) -> question_schemas.QuestionPage:
    """Fifty groups, the most asked first."""
    asked, _, number = (after or "").partition(".")
    found = await office.editor.questions.page(asker, state=state, after=(int(asked), int(number)) if after else None)
    rows = [_row(one) for one in found]
    return question_schemas.QuestionPage(rows=rows, next=f"{rows[-1].asked}.{rows[-1].id}" if len(rows) == PAGE else None)


@router.get("/questions/trend")
async def question_trend(asker: SignedIn, office: Desks) -> question_schemas.QuestionTrend:
    """Twelve weeks, and how many groups stand where."""
    found = await office.editor.questions.trend(asker)
    weeks = [question_schemas.QuestionWeek(monday=monday, asked=asked) for monday, asked in found.weeks]
    return question_schemas.QuestionTrend(weeks=weeks, groups=found.groups)


@router.get("/questions/{id}")
async def open_question(group_id: ArticleId, asker: SignedIn, office: Desks) -> question_schemas.QuestionOpened:
    """A group with its newest questions."""
    found = await office.editor.questions.open(asker, group_id)
    asked = [question_schemas.AskedQuestion.model_validate(one, from_attributes=True) for one in found.questions]
    return question_schemas.QuestionOpened(row=_row(found.row), questions=asked, nearest=_link(found.nearest))


@router.post("/questions/{id}/draft")
async def draft_from_question(group_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """A draft that begins with these questions."""
    return mapping.saved(await office.editor.questions.draft(asker, group_id))


@router.post("/questions/{id}/attach")
async def attach_question(
    form: question_schemas.AttachForm, group_id: ArticleId, asker: SignedIn, office: Desks
) -> schemas.ArticleSaved:
    """Put the questions to an article, in its draft."""
    return mapping.saved(await office.editor.questions.attach(asker, group_id, form.article_id))


@router.post("/questions/{id}/foreign", status_code=204)
async def make_question_foreign(group_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """These are no questions to the administration."""
    await office.editor.questions.make_foreign(asker, group_id)


@router.post("/questions/{id}/dismiss", status_code=204)
async def dismiss_question(group_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """Nothing is to be written about these."""
    await office.editor.questions.dismiss(asker, group_id)


@router.post("/questions/{id}/reopen", status_code=204)
async def reopen_question(group_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """Take a decision back."""
    await office.editor.questions.reopen(asker, group_id)


@router.get("/words")
async def search_words(asker: SignedIn, office: Desks) -> question_schemas.SearchWords:
    """Synonyms and foreign topics."""
    found = await office.editor.words.read(asker)
    return question_schemas.SearchWords(
        version=found.version, synonyms=[list(one) for one in found.synonyms], topics=list(found.topics)
    )


@router.put("/words/synonyms")
async def save_synonyms(form: question_schemas.SynonymsForm, asker: SignedIn, office: Desks) -> question_schemas.WordsVersion:
    """Replace all groups; 409 when they were changed meanwhile."""
    groups = [[clean_text(word) for word in group] for group in form.synonyms]
    return question_schemas.WordsVersion(version=await office.editor.words.save_synonyms(asker, groups, form.version))


@router.put("/words/topics")
async def save_topics(form: question_schemas.TopicsForm, asker: SignedIn, office: Desks) -> question_schemas.WordsVersion:
    """Replace all topics; 409 when they were changed meanwhile."""
    topics = [clean_text(topic) for topic in form.topics]
    return question_schemas.WordsVersion(version=await office.editor.words.save_topics(asker, topics, form.version))


@router.post("/trial")
async def try_bot(form: question_schemas.TrialForm, asker: SignedIn, office: Desks) -> question_schemas.TrialView:
    """What the bot would answer and why; nothing is stored or sent."""
    tried = await office.editor.trial.ask(asker, clean_text(form.text), article_id=form.article_id)
    explained, guessed = tried.explained, tried.guessed
    plain = ("searched", "verdict", "foreign_topic", "foreign", "foreign_part", "decided", "threshold", "lead", "margin")
    return question_schemas.TrialView.model_validate(
        {
            **{name: getattr(explained, name) for name in plain},
            **{name: getattr(guessed, name) for name in ("intent", "confidence", "searches")},
            **{name: getattr(tried, name) for name in ("emergency", "abusive", "written", "spoken")},
            "says": list(guessed.says),
            "dialogue_away": guessed.away,
            "hits": [
                question_schemas.TrialHit(
                    article_id=one.hit.article_id,
                    title=one.hit.title,
                    nearest=one.nearest,
                    question=one.question,
                    passage=one.passage,
                    semantic=one.semantic,
                    lexical=one.lexical,
                    score=one.score,
                    is_draft=one.is_draft,
                )
                for one in explained.hits
            ],
        }
    )


@router.post("/look")
async def look_at_text(form: schemas.LookForm, asker: SignedIn, office: Desks) -> schemas.LookView:
    """A text that is being written, as citizens would get it."""
    answer = clean_text(form.answer)
    looks = await office.editor.trial.look(asker, answer, clean_text(form.spoken))
    return schemas.LookView(written=looks.written, spoken=looks.spoken, blocks=mapping.blocks(answer))


@router.post("/aloud", response_class=Response)
async def read_aloud(form: schemas.LookForm, asker: SignedIn, office: Desks) -> Response:
    """The same read aloud by the speech service; 503 ``speech_away`` where there is none."""
    sound = await office.editor.trial.sound(asker, clean_text(form.answer), clean_text(form.spoken))
    return Response(sound, media_type="audio/wav")


def _row(found: GroupRow) -> question_schemas.QuestionRow:
    told = {"week": found.week, "before": found.before, "channels": list(found.channels), "article": _link(found.article)}
    plain = {name: getattr(found.group, name) for name in question_schemas.QuestionRow.model_fields if name not in told}
    return question_schemas.QuestionRow.model_validate({**plain, **told})


def _link(article: Article | None) -> question_schemas.ArticleLink | None:
    return question_schemas.ArticleLink(id=article.id or 0, title=article.title) if article else None
