"""The tour of the inbox, and the days of training (ADR 0032)."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from core.errors import NotFound
from core.training.desk import NoTraining, TrainingDesk
from inbox.web.auth import RealDesks, SignedIn, training_of
from inbox.web.masking import MaskedRoute
from inbox.web.training import mapping, schemas

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["training"])


def _days(request: Request) -> TrainingDesk:
    """Raises NoTraining where there is none."""
    training = training_of(request)
    if training is None:
        raise NoTraining("training is switched off", why="off")
    return training.days


Days = Annotated[TrainingDesk, Depends(_days)]


@router.get("/me/tour")
async def see_tour(asker: SignedIn, office: RealDesks) -> schemas.TourView:
    """How far one came in the tour."""
    return mapping.tour(await office.tours.of(asker))


@router.put("/me/tour")
async def keep_tour(form: schemas.TourForm, asker: SignedIn, office: RealDesks) -> schemas.TourView:
    """Remember it on the account."""
    return mapping.tour(await office.tours.keep(asker, form.state, form.step))


@router.get("/training")
async def see_training(asker: SignedIn, request: Request) -> schemas.TrainingStanding:
    """Whether one can train here, and whether one does."""
    training = training_of(request)
    if training is None or not training.days.is_on:
        return schemas.TrainingStanding(is_on=False, has_day=False, has_result=False)
    has_day, result = await training.days.open_day(asker) is not None, await training.days.result(asker)
    return schemas.TrainingStanding(is_on=True, has_day=has_day, has_result=result is not None)


@router.post("/training/start", status_code=204)
async def start_training(asker: SignedIn, days: Days) -> None:
    """Begin a day, or go on with the one under way: this session works there from the next request on."""
    await days.start(asker)


@router.post("/training/leave", status_code=204)
async def leave_training(asker: SignedIn, days: Days) -> None:
    """Back to the real records; the day waits."""
    await days.leave(asker)


@router.post("/training/step")
async def step_training(asker: SignedIn, days: Days) -> schemas.TrainingView:
    """Let the virtual citizens act, and see the day."""
    return mapping.day(await days.step(asker))


@router.post("/training/clock")
async def move_training_clock(form: schemas.TrainingClockForm, asker: SignedIn, days: Days) -> schemas.TrainingView:
    """Put the day's clock ahead."""
    await days.move_on(asker, form.minutes)
    return mapping.day(await days.step(asker))


@router.post("/training/answer")
async def answer_training_call(asker: SignedIn, days: Days) -> schemas.TrainingView:
    """Lift the receiver."""
    await days.answer_call(asker)
    return mapping.day(await days.step(asker))


@router.post("/training/say")
async def say_in_training(form: schemas.TrainingSpeech, asker: SignedIn, days: Days) -> schemas.TrainingView:
    """Say something on the telephone."""
    await days.say(asker, form.words)
    return mapping.day(await days.step(asker))


@router.post("/training/finish")
async def finish_training(asker: SignedIn, days: Days) -> schemas.TrainingResult:
    """End the day: the marks stay, everything else goes."""
    return mapping.result(await days.finish(asker))


@router.get("/training/result")
async def see_training_result(asker: SignedIn, days: Days) -> schemas.TrainingResult:
    """The marks of the newest day that ended."""
    found = await days.result(asker)
    if found is None:
        raise NotFound("no day has ended")
    return mapping.result(found)
