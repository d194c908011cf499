"""The frontier of cost and quality as a picture."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opentokenomics.errors import UnsupportedError
from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import fraction
from opentokenomics.metrics._frontier import FrontierPoint
from opentokenomics.metrics.measured._evaluation import BENCHMARK, CONTESTANT
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.report import refuse_undrawable, visible

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.transforms import Bbox

_INK, _GREY, _FAINT = "#1a1a1a", "#707070", "#a8a8a8"
_SIZE, _DOTS_PER_INCH, _MARKER = (8.0, 5.0), 150, 8
_LABEL_LENGTH = 48
_PLACES = (
    ((9, -3), "left"),
    ((-9, -3), "right"),
    ((0, 9), "center"),
    ((0, -17), "center"),
    ((7, 8), "left"),
    ((-7, -15), "right"),
    ((7, -15), "left"),
    ((-7, 8), "right"),
)
"""Where a label can stand beside its point, the best place first: points of offset, and how it is aligned."""
_PLACES_ON_FRONTIER = (*_PLACES[-2:], *_PLACES[:-2])
"""The same where a line comes from below and goes on to the right."""


def refuse_unplottable(metric: str, form: str) -> None:
    """Says early that there will be no picture.

    Raises:
        UnsupportedError: The metric has no picture, there is no such form, or matplotlib is not installed.
    """
    if metric != "cost_quality_frontier":
        raise UnsupportedError(
            "plot_unsupported", f"There is no plot of {metric}.", "Plot the metric cost_quality_frontier."
        )
    refuse_undrawable(form)


def plot_frontier(results: Sequence[Measured], form: str) -> bytes:
    """A picture of the frontier: cost per task to the right, score upwards, each point with its name.

    Points of the frontier are filled and joined; points that another one beats are hollow, so that the picture can be
    read without colours. The same results give the same bytes with the same version of matplotlib.

    Args:
        results: Results of ``cost_quality_frontier`` on one identity of a benchmark.
        form: ``svg`` or ``png``.

    Raises:
        MetricError: There are no results, or they are of several benchmarks or currencies.
        UnsupportedError: There is no such form, or matplotlib is not installed.
    """
    refuse_unplottable("cost_quality_frontier", form)
    placed = [(each, each.point) for each in results if each.point is not None]
    _refuse_several([each for each, _ in placed])
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    look = {**mpl.rcParamsDefault, "svg.hashsalt": "opentokenomics", "svg.fonttype": "none"}
    look.pop("backend", None)
    with mpl.rc_context(look), warnings.catch_warnings():
        # A name may have characters that the font lacks; they show as boxes.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=_SIZE, dpi=_DOTS_PER_INCH, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        heading = _heading([each for each, _ in placed])
        axes.set_title(heading, loc="left", color=_INK, fontsize=12, parse_math=False)
        _describe_axes(axes, [each for each, _ in placed])
        bars = list(_bars(placed))
        _draw_bars(axes, bars)
        _draw(axes, [point for _, point in placed])
        _label(axes, canvas, placed, bars)
        sink = io.BytesIO()
        about = {"Date": None, "Creator": "opentokenomics"} if form == "svg" else {"Software": None}
        figure.savefig(sink, format=form, metadata={**about, "Title": heading})
    return _with_description(sink.getvalue(), placed) if form == "svg" else sink.getvalue()


def _refuse_several(results: Sequence[Measured]) -> None:
    if not results:
        raise MetricError("nothing_to_plot", "There is nothing to plot.", "Give evaluations.")
    names = [name for name in dict.fromkeys(name for each in results for name in each.key) if name not in CONTESTANT]
    several = [name for name in names if len({each.key.get(name) for each in results}) > 1]
    if several:
        raise MetricError(
            "plot_of_several",
            f"The results differ in {', '.join(several)}, and one plot cannot compare them.",
            f"Choose one with --where {several[0]}=VALUE.",
        )


def _heading(results: Sequence[Measured]) -> str:
    key = results[0].key
    sizes = sorted({each.result.sample_size for each in results})
    tasks = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    benchmark = " ".join(str(key[name]) for name in BENCHMARK[:2] if key.get(name) is not None)
    return visible(f"Cost and quality on {benchmark}, {tasks} task{'' if sizes == [1] else 's'}")


def _describe_axes(axes: Axes, results: Sequence[Measured]) -> None:
    key = results[0].key
    prices = f"{key.get('price_basis')} prices of {str(key.get('priced_as_of'))[:10]}"
    of_money = visible(f"Cost per task ({results[0].result.currency}, {prices})")
    axes.set_xlabel(of_money, color=_INK, parse_math=False)
    score = (
        "Share of attempts that solved their task" if _is_share(results) else "Score of the benchmark (its own points)"
    )
    axes.set_ylabel(score, color=_INK)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(color="#e4e4e4", linewidth=0.6)
    axes.set_axisbelow(True)


def _is_share(results: Sequence[Measured]) -> bool:
    """Whether the scores are computed from the attempts, and not stated by the benchmark."""
    return all(
        each.point is not None
        and each.point.point.score == rounded(fraction(each.result.counts["solved"]) / each.result.counts["attempts"])
        for each in results
    )


@dataclass(frozen=True, slots=True)
class _Bar:
    """A line through a point, from one end of an interval to the other."""

    ends: tuple[tuple[float, float], tuple[float, float]]
    is_of_cost: bool
    level: Decimal


def _bars(placed: Sequence[tuple[Measured, FrontierPoint]]) -> Iterator[_Bar]:
    """A bar for what each point's cost may be, and one for its score, where that is known."""
    for each, point in placed:
        x, y = _place(point)
        for interval, is_of_cost in ((each.result.interval, True), (each.score_interval, False)):
            if interval is not None and interval.lower is not None and interval.upper is not None:
                lower, upper = float(interval.lower), float(interval.upper)
                ends = ((lower, y), (upper, y)) if is_of_cost else ((x, lower), (x, upper))
                yield _Bar(ends, is_of_cost, interval.confidence_level)


def _draw_bars(axes: Axes, bars: Sequence[_Bar]) -> None:
    for each in bars:
        marker = "|" if each.is_of_cost else "_"
        axes.plot(*zip(*each.ends, strict=True), color=_FAINT, linewidth=1.1, marker=marker, markersize=6, zorder=1.5)
    if bars:
        # Results of one call have one level of confidence.
        name = f"{bars[0].level * 100:.0f} % interval, where there is one"
        axes.plot([], [], color=_FAINT, linewidth=1.1, label=name)


def _draw(axes: Axes, points: Sequence[FrontierPoint]) -> None:
    """The points and the line of the frontier."""
    best = [_place(each) for each in points if each.is_on_frontier]
    beaten = [_place(each) for each in points if not each.is_on_frontier]
    line = {"color": _GREY, "linewidth": 1.2, "drawstyle": "steps-post", "zorder": 2}
    axes.plot(*zip(*best, strict=True), **line)  # type: ignore[arg-type]  # options by name
    dots: dict[str, Any] = {"linestyle": "none", "marker": "o", "markersize": _MARKER, "color": _INK, "zorder": 3}
    axes.plot(*zip(*best, strict=True), **dots, label="no other one costs no more and scores no less")
    if beaten:
        axes.plot(
            *zip(*beaten, strict=True),
            **dots,
            markerfacecolor="white",
            label="another one costs no more and scores no less",
        )
    axes.margins(x=0.12, y=0.15)
    axes.set_xlim(left=0)
    axes.legend(loc="lower right", frameon=False, fontsize=9, labelcolor=_INK)


def _place(each: FrontierPoint) -> tuple[float, float]:
    # Amounts become floats here, where only a place on paper depends on them.
    return float(each.point.cost_per_task), float(each.point.score)


def _label(
    axes: Axes,
    canvas: FigureCanvasAgg,
    placed: Sequence[tuple[Measured, FrontierPoint]],
    bars: Sequence[_Bar],
) -> None:
    """Writes each point's name beside it, where it covers nothing else if there is such a place."""
    canvas.draw()  # type: ignore[no-untyped-call]
    renderer = canvas.get_renderer()  # type: ignore[no-untyped-call]
    room, legend = axes.get_window_extent(), axes.get_legend()
    taken = [_around(axes, point) for _, point in placed]
    taken += [] if legend is None else [legend.get_window_extent()]
    taken += [_along(axes, each) for each in bars]
    names = dict(zip(range(len(placed)), _names([each for each, _ in placed]), strict=True))
    for number, (_, point) in enumerate(placed):
        others = [box for place, box in enumerate(taken) if place != number]
        places = _PLACES_ON_FRONTIER if point.is_on_frontier else _PLACES
        for offset, alignment in places:
            text = axes.annotate(
                names[number],
                _place(point),
                offset,
                textcoords="offset points",
                horizontalalignment=alignment,
                fontsize=10,
                color=_INK,
                zorder=4,
                parse_math=False,
            )
            box = text.get_window_extent(renderer)
            if (offset, alignment) == places[-1] or _is_free(box, room, others):
                taken.append(box)
                break
            text.remove()


def _around(axes: Axes, point: FrontierPoint) -> Bbox:
    from matplotlib.transforms import Bbox

    x, y = axes.transData.transform(_place(point))
    return Bbox.from_extents(x - _MARKER, y - _MARKER, x + _MARKER, y + _MARKER)


def _along(axes: Axes, bar: _Bar) -> Bbox:
    from matplotlib.transforms import Bbox

    (x0, y0), (x1, y1) = axes.transData.transform(bar.ends)
    return Bbox.from_extents(x0 - 1, y0 - 1, x1 + 1, y1 + 1)


def _is_free(box: Bbox, room: Bbox, others: Sequence[Bbox]) -> bool:
    is_inside = room.x0 <= box.x0 and box.x1 <= room.x1 and room.y0 <= box.y0 and box.y1 <= room.y1
    return is_inside and not any(box.overlaps(other) for other in others)


def _names(results: Sequence[Measured]) -> Iterator[str]:
    """What tells the points apart; their model where nothing does."""
    apart = [name for name in CONTESTANT if len({each.key.get(name) for each in results}) > 1] or ["model_id"]
    for each in results:
        name = visible(", ".join(str(value) for key in apart if (value := each.key.get(key)) is not None))
        yield name if len(name) <= _LABEL_LENGTH else f"{name[: _LABEL_LENGTH - 1]}…"


def _with_description(picture: bytes, placed: Sequence[tuple[Measured, FrontierPoint]]) -> bytes:
    """The picture with a description, beside its title, for those who cannot see it."""
    from xml.sax.saxutils import escape

    named = list(zip(_names([each for each, _ in placed]), (point for _, point in placed), strict=True))
    best = [name for name, point in named if point.is_on_frontier]
    beaten = [name for name, point in named if not point.is_on_frontier]
    words = f"On the frontier: {'; '.join(best)}." + (f" Beaten: {'; '.join(beaten)}." if beaten else "")
    picture = picture.replace(b"<svg ", b'<svg role="img" ', 1)
    return picture.replace(b"</title>", f"</title>\n <desc>{escape(words)}</desc>".encode(), 1)
