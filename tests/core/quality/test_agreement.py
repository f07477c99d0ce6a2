"""Agreement of two reviewers, against worked examples that were published."""

import pytest

from core.quality.agreement import Weights, agreement

XEROMAMMOGRAMS = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
"""Two radiologists on 85 pictures, from normal to cancer: Boyd 1982, in Altman 1991 (p. 403) and the manual of Stata."""
YES_NO = {
    "proposals": ([[20, 5], [10, 15]], 70.0, 0.4),
    "same percent, more chance": ([[45, 15], [25, 15]], 60.0, 0.1304),
    "same percent, less chance": ([[25, 35], [5, 35]], 60.0, 0.2593),
    "always together": ([[30, 0], [0, 20]], 100.0, 1.0),
    "always apart": ([[0, 25], [25, 0]], 0.0, -1.0),
    "by chance": ([[25, 25], [25, 25]], 50.0, 0.0),
}
"""The first three are the textbook's examples of Cohen's kappa: equal percents, different kappas."""


def pairs_of(table: list[list[int]]) -> list[tuple[str, str]]:
    cells = [(str(one), str(other), count) for one, row in enumerate(table) for other, count in enumerate(row)]
    return [(one, other) for one, other, count in cells for _ in range(count)]


@pytest.mark.parametrize(("table", "percent", "kappa"), YES_NO.values(), ids=YES_NO)
def test_kappa_of_yes_and_no_is_that_of_the_textbook(table: list[list[int]], percent: float, kappa: float) -> None:
    found = agreement(pairs_of(table), "01")
    assert (found.pairs, found.percent) == (sum(map(sum, table)), pytest.approx(percent))
    assert found.kappa == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize(("weights", "kappa"), [(Weights.NONE, 0.4728), (Weights.LINEAR, 0.5684), (Weights.SQUARED, 0.6714)])
def test_weighted_kappa_is_that_of_the_published_example(weights: Weights, kappa: float) -> None:
    found = agreement(pairs_of(XEROMAMMOGRAMS), "0123", weights)
    assert (found.pairs, found.percent) == (85, pytest.approx(63.53, abs=5e-3))
    assert found.kappa == pytest.approx(kappa, abs=5e-5)


@pytest.mark.parametrize("weights", Weights)
def test_kappa_is_not_defined_where_both_always_say_the_same(weights: Weights) -> None:
    found = agreement([("yes", "yes")] * 7, ["no", "partly", "yes"], weights)
    assert (found.percent, found.kappa) == (100.0, None)


def test_nothing_is_said_of_no_pairs() -> None:
    found = agreement([], ["no", "yes"])
    assert (found.pairs, found.percent, found.kappa) == (0, None, None)


def test_it_does_not_matter_who_is_the_first() -> None:
    there = pairs_of(XEROMAMMOGRAMS)
    back = [(other, one) for one, other in there]
    one, other = agreement(there, "0123", Weights.LINEAR), agreement(back, "0123", Weights.LINEAR)
    assert (one.percent, one.kappa) == (other.percent, pytest.approx(other.kappa))
