"""Metrics as Markdown tables."""

from collections.abc import Sequence

from .metric import Metric, Report


def number(value: float) -> str:
    """Format a value with three significant digits."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if value else "0"


def table(metrics: Sequence[Metric]) -> str:
    """Return the metrics as a table."""
    lines = ["| | what | value | bar | |", "| --- | --- | --- | --- | --- |"]
    for metric in metrics:
        bar = verdict = ""
        if metric.bar is not None:
            sign = "≥" if metric.least else "≤"
            bar = f"{sign} {metric.bar:g}"
            verdict = "met" if metric.met else "**missed**"
        value = f"{number(metric.value)} {metric.unit}".strip()
        lines.append(f"| {metric.part} | {metric.what} | {value} | {bar} | {verdict} |")
    return "\n".join(lines) + "\n"


def growth_table(report: Report) -> str:
    """Return the costs by number of projectors as a table."""
    counts = sorted({count for each in report.growth for count, _ in each.points})
    if not counts:
        return ""
    lines = [
        "| projectors in one Home Assistant | " + " | ".join(map(str, counts)) + " |",
        "| --- |" + " --- |" * len(counts),
    ]
    for each in report.growth:
        costs = dict(each.points)
        cells = [number(costs[count]) if count in costs else "" for count in counts]
        lines.append(f"| {each.what}, {each.unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
