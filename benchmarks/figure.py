"""A figure of the table, and its bar."""

from collections.abc import Sequence
from dataclasses import dataclass
import statistics


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    part: str
    """Letter of the part that it belongs to."""
    what: str
    value: float
    unit: str = ""
    bar: float | None = None
    """What the value may be at most, or at least; None: no bar, just told."""
    least: bool = False
    """Whether the bar is a floor."""

    @property
    def met(self) -> bool | None:
        """Whether the bar is met, None without one."""
        return None if self.bar is None else self.share <= 1

    @property
    def share(self) -> float:
        """How much of what is allowed it takes; above 1 the bar is missed."""
        assert self.bar is not None
        if self.least:
            return self.bar / self.value if self.value > 0 else float("inf")
        return self.value / self.bar


@dataclass(frozen=True, slots=True)
class Growth:
    """A cost per projector, by how many projectors there are."""

    what: str
    unit: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """What one part has found out."""

    figures: Sequence[Figure]
    growth: Sequence[Growth] = ()


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return how ours compares with theirs."""
    return statistics.median(ours) / statistics.median(theirs)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]
