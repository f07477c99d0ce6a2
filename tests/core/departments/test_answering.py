"""Who answers for what callers ask: a table of phrasings, with the share that is found (reg. 2.3)."""

from pathlib import Path

import pytest
import yaml

import db
from core.departments.answering import Describes, who_answers_for

ROWS = yaml.safe_load((Path(db.__file__).parent / "seeds" / "departments.yaml").read_text("utf-8"))
DEPARTMENTS = [Describes(key=row["key"], said=row["name"]) for row in ROWS]
ASKED = {
    "кто отвечает за дороги": "roads_landscaping",
    "у нас во дворе огромная яма на асфальте": "roads_landscaping",
    "нужно спилить сухое дерево у дома": "roads_landscaping",
    "почему не чистят снег на улице": "roads_landscaping",
    "сломали скамейку в сквере": "roads_landscaping",
    "когда отремонтируют тротуар": "roads_landscaping",
    "автобус не приходит по расписанию": "transport",
    "не работает светофор на перекрёстке": "transport",
    "маршрутчик грубит пассажирам, куда жаловаться на маршрутку": "transport",
    "поставьте дорожный знак возле школы": "transport",
    "батареи холодные третий день": "housing_utilities",
    "нет горячей воды": "housing_utilities",
    "не вывозят мусор": "housing_utilities",
    "не горит фонарь на улице": "housing_utilities",
    "в подъезде не работает лифт": "housing_utilities",
    "течёт крыша, управляющая компания не отвечает": "housing_utilities",
    "как записать ребёнка в детский сад": "education",
    "какая очередь в садик": "education",
    "запись в первый класс": "education",
    "жалоба на учителя": "education",
    "как встать в очередь на жильё": "housing",
    "наш дом признали аварийным": "housing",
    "программа молодая семья": "housing",
    "хочу взять в аренду землю": "property_land",
    "разрешение на строительство дома": "property_land",
    "нужен градостроительный план участка": "property_land",
    "как узаконить перепланировку": "property_land",
    "когда концерт на день города": "culture",
    "как записаться в библиотеку": "culture",
    "я предприниматель, хочу участвовать в ярмарке": "enterprise",
    "поддержка малого бизнеса": "enterprise",
    "есть ли вакансии в администрации": "personnel",
    "как попасть на приём к главе": "records",
    "нужна копия постановления": "records",
    "журналист просит интервью": "press",
    "где убежище в нашем районе": "civil_defence",
    "когда будут публичные слушания": "organization",
    "незаконный рекламный щит": "technical_inspection",
    "где посмотреть тендеры города": "procurement",
    "нужна юридическая консультация": "legal",
    "префектура Затеречного района": "left_bank",
    "префектура Иристонского района": "right_bank",
}


def rank(query: str) -> int:
    """The place of the right department, from 1; 99 when it is not told."""
    found = [one.key for one in who_answers_for(query, DEPARTMENTS)]
    return found.index(ASKED[query]) + 1 if ASKED[query] in found else 99


@pytest.mark.clause("2.3")
def test_the_right_department_is_first_or_near() -> None:
    ranks = {query: rank(query) for query in ASKED}
    first = sum(place == 1 for place in ranks.values()) / len(ranks)
    third = sum(place <= 3 for place in ranks.values()) / len(ranks)
    missed = {query: place for query, place in ranks.items() if place > 1}
    assert first >= 0.9, (first, missed)
    assert third >= 0.95, (third, missed)


def test_it_is_told_why() -> None:
    found = who_answers_for("кто отвечает за дороги", DEPARTMENTS)
    assert "ремонт дороги" in found[0].why


def test_a_name_and_a_post_are_found_too() -> None:
    people = [Describes(key="culture", said="Управление культуры Тестова Анна начальник отдела искусств")]
    assert who_answers_for("начальник отдела искусств", people)[0].key == "culture"


@pytest.mark.parametrize("query", ["", "  ?!", "а кто", "квазар"])
def test_nobody_is_named_for_nothing(query: str) -> None:
    assert not who_answers_for(query, DEPARTMENTS)


def test_synonyms_of_the_knowledge_base_help() -> None:
    assert not who_answers_for("чинушам", DEPARTMENTS)
    assert who_answers_for("ухабы", DEPARTMENTS, [["ухаб", "яма на дороге"]])[0].key == "roads_landscaping"
