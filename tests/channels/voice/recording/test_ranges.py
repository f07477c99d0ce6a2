"""Byte ranges."""

import pytest

from channels.voice.recording.ranges import Unsatisfiable, part_of


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        pytest.param("", None, id="none"),
        pytest.param("bytes=0-", (0, 100), id="from the beginning"),
        pytest.param("bytes=10-19", (10, 20), id="in the middle"),
        pytest.param("bytes=90-500", (90, 100), id="over the end"),
        pytest.param("bytes=-30", (70, 100), id="the last"),
        pytest.param("bytes=-300", (0, 100), id="more than there is"),
        pytest.param("bytes=20-10", None, id="backwards"),
        pytest.param("bytes=-", None, id="nothing said"),
        pytest.param("bytes=0-1,5-6", None, id="two"),
        pytest.param("lines=0-1", None, id="another unit"),
        pytest.param("bytes=" + "9" * 40 + "-", None, id="an endless number"),
    ],
)
def test_a_part_is_what_was_asked_for(asked: str, part: tuple[int, int] | None) -> None:
    assert part_of(asked, 100) == part


@pytest.mark.parametrize("asked", [pytest.param("bytes=100-", id="behind the end"), pytest.param("bytes=-0", id="nothing")])
def test_a_part_behind_the_end_cannot_be_given(asked: str) -> None:
    with pytest.raises(Unsatisfiable):
        part_of(asked, 100)
