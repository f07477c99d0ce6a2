"""What callers of the journeys know and hear: cards, news, keys by their names, the sound of recordings."""

import io

import numpy as np
import numpy.typing as npt
import soundfile

from app.seeding import seed
from channels.voice.texts import listed
from core.news.desk import NewsForm
from core.people.model import Applicant, ContactPoint
from core.vocabulary import Role
from sandbox.jambonz.phone import Phone
from tests.journeys.telephone import RATE, Telephone

CALLER, ADDRESS = "+79000000001", "alan.obraztsov@example.org"
TONE = 440.0
"""Hertz of the news; nobody speaks so evenly."""
HEARD = 0.003
"""Root of the mean square above which a channel is not silent."""

Samples = npt.NDArray[np.float32]


async def knows_its_business(telephone: Telephone) -> None:
    """The knowledge base as it is delivered."""
    await seed(telephone.house.transactions)
    await telephone.house.office.knowledge.warm()


async def broadcasts(telephone: Telephone) -> str:
    """The press department places the news of the day as sound, a second person approves it; gives the key of the sound."""
    author = await telephone.employs("press", "Новостев Олег", Role.PRESS)
    second = await telephone.employs("head", "Главнова Нина", Role.SUPERVISOR)
    news = telephone.house.office.news
    item = await news.place(author, NewsForm(title="Ярмарка на площади", text="В субботу на площади пройдёт ярмарка."))
    item = await news.set_sound(author, item.id or 0, item.version, "tone.wav", _tone(3.0))
    return (await news.approve(second, item.id or 0, item.version)).phone_key


async def has_a_card(telephone: Telephone, phone: str = CALLER) -> None:
    """An applicant with this telephone and a mailbox."""
    async with telephone.house.transactions.begin() as tx:
        now = telephone.clock.now()
        tx.add(person := Applicant(surname="Образцов", given_name="Алан", consent_at=now, created_at=now))
        await tx.flush()
        for kind, value in (("phone", phone), ("email", ADDRESS)):
            tx.add(ContactPoint(applicant_id=person.id or 0, kind=kind, value=value))


async def chooses(caller: Phone, words: str) -> None:
    """The caller presses the key that is told for the line with these words, when the list has been told."""
    line = await caller.hears(words)
    await caller.is_asked()
    await caller.press(str(listed("choice.keys").index(line.rstrip(".").rsplit(" ", 1)[-1])))


def is_heard(samples: Samples) -> bool:
    """Whether a channel holds sound."""
    return float(np.sqrt(np.mean(samples**2))) > HEARD


def has_the_tone(samples: Samples) -> bool:
    """Whether the tone of the news sounds for two seconds somewhere in a channel."""
    windows = samples[: len(samples) // RATE * RATE].reshape(-1, RATE)
    spectra = np.abs(np.fft.rfft(windows, axis=1)) ** 2  # a window of a second: one bin is one hertz
    pure = spectra[:, int(TONE) - 5 : int(TONE) + 6].sum(axis=1) > 0.9 * spectra.sum(axis=1)
    loud = np.sqrt(np.mean(windows**2, axis=1)) > HEARD
    return int((pure & loud).sum()) >= 2


def _tone(seconds: float) -> bytes:
    moments = np.arange(int(seconds * 44_100)) / 44_100
    file = io.BytesIO()
    soundfile.write(file, 0.3 * np.sin(2 * np.pi * TONE * moments), 44_100, format="WAV")
    return file.getvalue()
