"""The figures as a table."""

from collections.abc import Sequence

from .figure import Figure, Report


def number(value: float) -> str:
    """Return a figure as a person writes it: three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:#.3g}".rstrip(".") if value else "0"


def table(figures: Sequence[Figure]) -> str:
    """Return a table in Markdown."""
    lines = ["| | what | figure | bar | |", "| --- | --- | --- | --- | --- |"]
    for figure in figures:
        bar = verdict = ""
        if figure.bar is not None:
            sign = "≥" if figure.least else "≤"
            bar = f"{sign} {figure.bar:g}"
            verdict = "met" if figure.met else "**missed**"
        value = f"{number(figure.value)} {figure.unit}".strip()
        lines.append(f"| {figure.part} | {figure.what} | {value} | {bar} | {verdict} |")
    return "\n".join(lines) + "\n"


def growth_table(report: Report) -> str:
    """Return how the costs grow, in Markdown."""
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
