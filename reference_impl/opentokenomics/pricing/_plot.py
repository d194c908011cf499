"""A comparison of two rate cards as a picture."""

from __future__ import annotations

import io
import warnings

from opentokenomics.pricing._compare import Compared, Comparison
from opentokenomics.pricing._errors import PricingError
from opentokenomics.report import count, refuse_undrawable, visible

_MOST_BARS, _LONGEST, _MOST_TICKS = 20, 40, 5
_INK, _FIRST, _SECOND = "#1a1a1a", "#9db4c8", "#1f4e79"


def plot_comparison(comparison: Comparison, form: str) -> bytes:
    """Two bars for each group, the largest difference on top; the same results give the same bytes.

    Args:
        comparison: Groups in one currency, of which at most 20 are drawn.
        form: ``svg`` or ``png``.

    Raises:
        PricingError: There is nothing to draw, or amounts are in several currencies.
        UnsupportedError: There is no such form, or matplotlib is not installed.
    """
    refuse_undrawable(form)
    currencies = sorted({each.currency for each in comparison.groups})
    if len(currencies) != 1:
        what = f"Amounts in {', '.join(currencies)} make no one picture." if currencies else "There is nothing to draw."
        raise PricingError("nothing_to_plot", what, "Compare usage that both cards price in one currency.")
    shown = comparison.groups[:_MOST_BARS]
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    look = {**mpl.rcParamsDefault, "svg.hashsalt": "opentokenomics", "svg.fonttype": "none"}
    look.pop("backend", None)
    with mpl.rc_context(look), warnings.catch_warnings():
        # A name may have characters that the font lacks; they show as boxes.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=(8.0, 1.4 + 0.45 * len(shown)), dpi=150, layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        places = [float(place) for place in range(len(shown))]
        firsts, seconds = ([float(getattr(each, name)) for each in shown] for name in ("first", "second"))
        axes.barh([place - 0.2 for place in places], firsts, 0.4, color=_FIRST, label="first rate card")
        axes.barh([place + 0.2 for place in places], seconds, 0.4, color=_SECOND, label="second rate card")
        axes.set_yticks(places, [_label(each) for each in shown], parse_math=False)
        axes.xaxis.set_major_locator(MaxNLocator(_MOST_TICKS))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: _amount(amount)))
        axes.set_xlabel(f"Cost in {currencies[0]}{_of_which(comparison)}", color=_INK, parse_math=False)
        axes.set_title(_title(comparison, len(shown)), loc="left", color=_INK, fontsize=12)
        axes.spines[["top", "right"]].set_visible(False)
        if any(amount < 0 for amount in (*firsts, *seconds)):
            axes.axvline(0, color=_INK, linewidth=0.8)
        axes.set_ylim(len(shown) - 0.5, -0.5)
        figure.legend(frameon=False, loc="outside lower right", ncols=2)  # within the axes, it would cover bars
        sink = io.BytesIO()
        about = {"Date": None, "Creator": "opentokenomics"} if form == "svg" else {"Software": None}
        figure.savefig(sink, format=form, metadata=about)
    return sink.getvalue()


def _label(each: Compared) -> str:
    name = visible(", ".join("none" if value is None else value for value in each.key) or "all usage")
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _amount(tick: float) -> str:
    """A tick as people write amounts: 1,500,000 and 0.000004."""
    written = f"{tick:,.12f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written


def _of_which(comparison: Comparison) -> str:
    """What of the usage the picture shows, where that is not all of it."""
    left = comparison.only_first + comparison.only_second + comparison.neither + comparison.other_currency
    return f" of the {comparison.compared:,} of {comparison.compared + left:,} records that both price" if left else ""


def _title(comparison: Comparison, shown: int) -> str:
    left = len(comparison.groups) - shown
    more = f", {count(left, 'smaller difference')} left out" if left else ""
    return f"The same usage at two rate cards{more}"
