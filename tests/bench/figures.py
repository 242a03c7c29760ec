"""A measured figure, its target and its noise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Final

FEW: Final = 2


@dataclass(frozen=True)
class Figure:
    """A measured figure."""

    name: str
    value: float
    target: float
    """An upper bound, or a lower bound if more is better."""
    noise: float = 0.0
    """Half of the spread of the middle half of the paired runs, as a share of the value."""
    detail: str = ""
    more_is_better: bool = False
    limit: float | None = None
    """The enforced limit if the target is out of reach; docs/cost-and-limits.md says why."""

    @property
    def is_on_target(self) -> bool:
        """Return whether the target is met."""
        return self.value >= self.target if self.more_is_better else self.value <= self.target

    @property
    def verdict(self) -> str:
        """Return whether the target is met or missed, or whether only the enforced limit is held."""
        if self.is_on_target:
            return "met"
        return "missed" if self.is_missed else "held"

    @property
    def is_missed(self) -> bool:
        """Return whether the enforced limit is missed by more than the noise."""
        held = self.target if self.limit is None else self.limit
        if self.more_is_better:
            return self.value * (1 + self.noise) < held
        return self.value * (1 - self.noise) > held


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Return the median of the ratios of paired runs, and their noise."""
    return middle([one / other for one, other in zip(ours, theirs, strict=True)])


def middle(values: Iterable[float]) -> tuple[float, float]:
    """Return the median, and half of the spread of the middle half as a share of it."""
    found = sorted(values)
    value = median(found)
    if len(found) <= FEW:
        return value, (found[-1] - found[0]) / 2 / value
    low, _, high = quantiles(found, n=4)
    return value, (high - low) / 2 / value
