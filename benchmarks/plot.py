"""The figures as a picture: how much of each bar is used, and how the costs grow.

SVG without a library; its colours follow the reader's light or dark theme.
"""

from collections.abc import Iterator, Sequence
from html import escape

from .figure import Figure, Growth, Report
from .table import number

_WIDTH = 960
_ROW = 22
_NAMES = 540  # where the bars begin
_FULL = 250  # how long a bar is that takes all that is allowed
_LONGEST = 1.4
_CHART = 200
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.met { fill: #2da44e } .missed { fill: #cf222e }
.limit, .axis { stroke: #57606a } .limit { stroke-dasharray: 4 3 }
.curve { stroke: #0969da; fill: none; stroke-width: 2 } .dot { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .met { fill: #3fb950 } .missed { fill: #f85149 }
  .limit, .axis { stroke: #9198a1 }
  .curve { stroke: #58a6ff } .dot { fill: #58a6ff }
}"""


def plot(report: Report) -> str:
    """Return an SVG."""
    barred = [figure for figure in report.figures if figure.bar is not None]
    charts_at = 60 + _ROW * len(barred)
    rows = (len(report.growth) + 1) // 2
    height = charts_at + rows * (_CHART + 60) + 10
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}">',
            f"<style>{_STYLE}</style>",
            *_bars(barred),
            *_charts(report.growth, charts_at),
            "</svg>\n",
        ]
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    attributes = f'class="{kind}" ' if kind else ""
    return (
        f'<text {attributes}x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def _line(points: Sequence[tuple[float, float]], kind: str) -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="{kind}" points="{path}" fill="none"/>'


def _bars(figures: Sequence[Figure]) -> Iterator[str]:
    yield _text(10, 20, "Of what is allowed", "title")
    for row, figure in enumerate(figures):
        y = 34 + _ROW * row
        kind = "met" if figure.met else "missed"
        width = min(figure.share, _LONGEST) * _FULL
        yield _text(10, y + 14, f"({figure.part}) {figure.what}")
        yield (
            f'<rect class="{kind}" x="{_NAMES}" y="{y + 2}" width="{width:.0f}"'
            f' height="{_ROW - 6}" rx="2"/>'
        )
        yield _text(_NAMES + width + 6, y + 14, f"{figure.share:.0%}")
    end = _NAMES + _FULL
    yield _line([(end, 30), (end, 38 + _ROW * len(figures))], "limit")


def _charts(growth: Sequence[Growth], top: float) -> Iterator[str]:
    for index, each in enumerate(growth):
        left = 60 + index % 2 * _WIDTH / 2
        yield from _chart(each, left, top + index // 2 * (_CHART + 60))


def _chart(growth: Growth, left: float, top: float) -> Iterator[str]:
    """Draw the cost of one of so many projectors; a flat line is what is wanted."""
    width, bottom = _WIDTH / 2 - 100, top + _CHART + 20
    yield _text(left - 50, top, f"{growth.what}, {growth.unit}", "title")
    most = max(cost for _, cost in growth.points) * 1.15 or 1.0
    last = max(count for count, _ in growth.points)
    places = [
        (left + count / last * width, bottom - cost / most * _CHART)
        for count, cost in growth.points
    ]
    yield _line([(left, top + 20), (left, bottom), (left + width, bottom)], "axis")
    yield _line(places, "curve")
    for (x, y), (count, cost) in zip(places, growth.points, strict=True):
        yield f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        if count != 1:  # its words would run into the next
            yield _text(x, y - 8, number(cost), anchor="middle")
            yield _text(x, bottom + 16, str(count), anchor="middle")
