"""Two writings of one address have one key, and a street without a house has none."""

import pytest

from core.appeals.addresses import LIMIT, address_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("улица Образцовая, дом 5", "Образцовая ул., 5"),
        ("ул. Образцовая, д. 5, кв. 12", "Образцовая 5"),
        ("г. Владикавказ, ул. Образцовая, 5", "образцовая, д.5"),
        ("проспект Мира, 12", "пр. Мира 12"),
        ("ул. Образцовая, дом № 5", "Образцовая, 5"),
        ("ул. Весёлая, 3", "Веселая, дом 3"),
    ],
    ids=lambda words: words,
)
def test_the_same_place(one: str, other: str) -> None:
    assert address_key(one) == address_key(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("Образцовая, 5", "Образцовая, 6"), ("Образцовая, 5", "Примерная, 5"), ("Образцовая, 5", "Образцовая, 5, корпус 2")],
    ids=["another house", "another street", "another building of it"],
)
def test_other_places(one: str, other: str) -> None:
    assert address_key(one) != address_key(other)


@pytest.mark.parametrize("address", ["", "улица Образцовая", "5", "кв. 7", "у рынка", "№ 3"], ids=repr)
def test_what_names_no_building(address: str) -> None:
    assert address_key(address) == ""


def test_a_key_fits_its_column() -> None:
    assert 0 < len(address_key("Примерная 1 " + "слово" * 200)) <= LIMIT
