"""The evaluation of the benchmarks' measurements."""

import pytest

from tests.bench.figures import Figure, middle, ratio


@pytest.mark.parametrize(
    ("value", "noise", "limit", "is_missed"),
    [
        (0.99, 0.0, None, False),
        (1.01, 0.0, None, True),
        (1.01, 0.02, None, False),
        (1.50, 0.02, 1.60, False),
        (1.70, 0.02, 1.60, True),
    ],
)
def test_missed_by_more_than_the_noise(value: float, noise: float, limit: float | None, *, is_missed: bool) -> None:
    """A figure fails the check if it exceeds its target, or its enforced limit, by more than the noise."""
    assert Figure("a", value, 1.00, noise, limit=limit).is_missed == is_missed


def test_more_is_better() -> None:
    """If more is better, the target is a minimum, and a figure fails if it is lower by more than the noise."""
    assert Figure("a", 1.0, 0.7, more_is_better=True).is_on_target
    assert not Figure("a", 0.69, 0.7, 0.02, more_is_better=True).is_missed
    assert Figure("a", 0.6, 0.7, 0.02, more_is_better=True).is_missed
    assert not Figure("a", 0.6, 0.7, 0.02, more_is_better=True, limit=0.5).is_missed


def test_ratio_is_that_of_pairs() -> None:
    """A slow phase of the machine slows both runs of a pair, so their ratio stays the same."""
    assert ratio([1, 10, 100, 1000], [2, 20, 200, 2000]) == (0.5, 0)


def test_noise_is_half_of_the_middle_half() -> None:
    """Noise is half of the spread of the middle half as a share of the median; for two runs, half of their distance."""
    assert middle([1, 2, 3, 4, 5]) == (3, 0.5)
    assert middle([9, 11]) == (10, 0.1)
