"""Every answer of the knowledge base as it is said: no sign left, every telephone whole, every hour in words."""

import re

import pytest
import yaml

from channels.voice.spoken import speak
from tests.channels.voice.spoken.digits import heard_digits
from tests.house.tree import ROOT

FILES = sorted((ROOT / "db" / "seeds" / "knowledge").glob("0*.yaml"))
ARTICLES = [article for file in FILES for article in yaml.safe_load(file.read_text(encoding="utf-8"))["articles"]]
TEXTS = [
    pytest.param(" ".join(article[field].split()), id=f"{article['key']}-{field}")
    for article in ARTICLES
    for field in ("title", "answer", "spoken")
    if article.get(field)
]
PHONE = re.compile(r"8 \(8672\) \d\d-\d\d-\d\d")
HOURS = {
    "с 9:00 до 18:00": "с девяти до восемнадцати часов",
    "с 9:00 до 17:00": "с девяти до семнадцати часов",
    "с 13:00 до 14:00": "с тринадцати до четырнадцати часов",
    "с 8:00 до 17:00": "с восьми до семнадцати часов",
    "с 15:00 до 17:00": "с пятнадцати до семнадцати часов",
    "с 10:00 до 12:00": "с десяти до двенадцати часов",
    "с 14:00 до 17:00": "с четырнадцати до семнадцати часов",
    "с 8:30 до 18:00": "с восьми тридцати до восемнадцати часов",
    "с 6:00 до 22:00": "с шести до двадцати двух часов",
    "с 6:30": "с шести тридцати",
    "до 14:00": "до четырнадцати часов",
    "до 16:00": "до шестнадцати часов",
    "в 7:00, 9:00, 14:00 и 18:00": "в семь, девять, четырнадцать и восемнадцать часов",
    "в 11:00": "в одиннадцать часов",
}


@pytest.mark.parametrize("text", TEXTS)
def test_an_answer_is_said_in_words_alone(text: str) -> None:
    assert re.fullmatch(r"[\u0410-\u044f\u0401\u0451 ,.!?:;-]+", speak(text))


@pytest.mark.parametrize("text", [text for text in TEXTS if PHONE.search(text.values[0])])
def test_every_telephone_of_an_answer_is_said_whole(text: str) -> None:
    said = heard_digits(speak(text))
    for phone in PHONE.findall(text):
        digits = re.sub(r"\D", "", phone)
        assert digits in said
        said = said[said.index(digits) + len(digits) :]


def test_every_hour_of_the_base_has_its_words() -> None:
    """An hour that nobody wrote down here fails, so that the table grows with the base."""
    for text in TEXTS:
        (written,) = text.values
        left, said = written, speak(written).lower()
        for hours, spoken in HOURS.items():
            if hours in left:
                assert spoken in said
                left = left.replace(hours, "")
        assert not re.search(r"\d:\d\d", left), left
