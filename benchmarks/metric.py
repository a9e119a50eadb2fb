"""Measured values and their limits."""

from collections.abc import Sequence
from dataclasses import dataclass
import statistics


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value, a row of the table."""

    part: str
    """The letter of its part in specs/PERFORMANCE.md."""
    what: str
    value: float
    unit: str = ""
    bar: float | None = None
    """The limit of the value, None for no limit."""
    least: bool = False
    """Whether the limit is a minimum. Default: a maximum."""

    @property
    def met(self) -> bool | None:
        """Return whether the value is within its limit, None without one."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.least else self.value <= self.bar


@dataclass(frozen=True, slots=True)
class Growth:
    """A cost per projector, by the number of projectors."""

    what: str
    unit: str
    points: Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """The results of a benchmark."""

    metrics: Sequence[Metric]
    growth: Sequence[Growth] = ()


def ratio_of_medians(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of `ours` divided by that of `theirs`."""
    return statistics.median(ours) / statistics.median(theirs)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` percent of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]
