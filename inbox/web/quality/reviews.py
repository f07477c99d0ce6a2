"""Items and their reviews: lists, the sheet, remarks, the operator's answer and the head's decision (reg. 2.7)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.quality.reading import ItemList
from core.quality.reviewing import CommentForm, SheetForm
from inbox.web.auth import Desks, SignedIn
from inbox.web.masking import MaskedRoute
from inbox.web.quality import mapping, schemas

router = APIRouter(route_class=MaskedRoute)
Id = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Before = Annotated[int | None, Query(ge=1, le=NEWEST)]


@router.get("/items")
async def quality_items(
    asker: SignedIn,
    office: Desks,
    which: Annotated[ItemList, Query(alias="list")] = ItemList.TODO,
    operator: Before = None,
    before: Before = None,
) -> schemas.QualityItems:
    """50 items of a list, newest first."""
    return mapping.items(await office.quality.reading.items(asker, which, operator_id=operator, before=before))


@router.get("/operators")
async def quality_operators(asker: SignedIn, office: Desks) -> list[schemas.PersonName]:
    """Whose work is or was reviewed."""
    return [schemas.PersonName(id=number, full_name=name) for number, name in await office.quality.reading.operators(asker)]


@router.post("/items")
async def add_quality_item(form: schemas.ItemForm, asker: SignedIn, office: Desks) -> schemas.ItemsAdded:
    """Have a call or conversation reviewed."""
    return schemas.ItemsAdded(ids=await office.quality.sampling.add(asker, form.kind, form.ref))


@router.get("/items/{id}")
async def quality_item(item_id: Id, asker: SignedIn, office: Desks) -> schemas.QualityItemOpened:
    """An item with the asker's own sheet."""
    return mapping.opened(await office.quality.reading.item(asker, item_id))


@router.post("/items/{id}/twice", status_code=204)
async def want_second_review(form: schemas.TwiceForm, item_id: Id, asker: SignedIn, office: Desks) -> None:
    """Whether two are to review it without knowing of each other."""
    await office.quality.sampling.want_two(asker, item_id, two=form.two)


@router.post("/items/{id}/reviews")
async def begin_review(item_id: Id, asker: SignedIn, office: Desks) -> schemas.ReviewSaved:
    """Begin a review, or go on with one's own."""
    return mapping.saved(await office.quality.reviews.start(asker, item_id))


@router.get("/reviews/{id}")
async def quality_review(review_id: Id, asker: SignedIn, office: Desks) -> schemas.OwnReviewView:
    """A finished review, for the head; the reading is noted."""
    return mapping.own_review(await office.quality.reading.review(asker, review_id))


@router.put("/reviews/{id}")
async def save_review(form: schemas.SheetForm, review_id: Id, asker: SignedIn, office: Desks) -> schemas.ReviewSaved:
    """Keep a draft."""
    return mapping.saved(await office.quality.reviews.save(asker, review_id, _sheet(form)))


@router.post("/reviews/{id}/submit")
async def submit_review(form: schemas.SheetForm, review_id: Id, asker: SignedIn, office: Desks) -> schemas.ReviewSaved:
    """Count it and show it to the operator; 400 with each line that has no mark."""
    return mapping.saved(await office.quality.reviews.submit(asker, review_id, _sheet(form)))


@router.delete("/reviews/{id}", status_code=204)
async def give_up_review(review_id: Id, asker: SignedIn, office: Desks) -> None:
    """Leave the item to others."""
    await office.quality.reviews.give_up(asker, review_id)


@router.post("/reviews/{id}/comments")
async def add_remark(form: schemas.RemarkForm, review_id: Id, asker: SignedIn, office: Desks) -> schemas.QualityRemarkView:
    """A remark at a second or at a message."""
    made = await office.quality.reviews.comment(asker, review_id, CommentForm(**form.model_dump()))
    return schemas.QualityRemarkView.model_validate(made, from_attributes=True)


@router.delete("/reviews/{id}/comments/{number}", status_code=204)
async def drop_remark(review_id: Id, number: Annotated[int, Path(ge=1, le=NEWEST)], asker: SignedIn, office: Desks) -> None:
    """Take a remark away."""
    await office.quality.reviews.drop_comment(asker, review_id, number)


@router.post("/reviews/{id}/decision")
async def decide_objection(form: schemas.DecisionForm, review_id: Id, asker: SignedIn, office: Desks) -> schemas.ReviewSaved:
    """The head answers an objection."""
    return mapping.saved(await office.quality.answers.decide(asker, review_id, form.decision, form.text))


@router.get("/own")
async def own_reviews(asker: SignedIn, office: Desks) -> schemas.OwnReviews:
    """The newest reviews of the asker's own work."""
    return schemas.OwnReviews(rows=[mapping.own_review(one) for one in await office.quality.reading.own(asker)])


@router.get("/own/{id}")
async def own_review(review_id: Id, asker: SignedIn, office: Desks) -> schemas.OwnReviewView:
    """One review of the asker's own work."""
    return mapping.own_review(await office.quality.reading.own_review(asker, review_id))


@router.post("/own/{id}/answer")
async def answer_review(form: schemas.AnswerForm, review_id: Id, asker: SignedIn, office: Desks) -> schemas.ReviewSaved:
    """Acknowledge, or object in words."""
    return mapping.saved(await office.quality.answers.answer(asker, review_id, form.kind, form.text))


def _sheet(form: schemas.SheetForm) -> SheetForm:
    return SheetForm(marks=form.marks, summary=form.summary, version=form.version)
