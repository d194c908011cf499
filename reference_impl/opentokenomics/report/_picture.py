"""What pictures there can be."""

from __future__ import annotations

from importlib.util import find_spec

from opentokenomics.errors import UnsupportedError

_FORMS = ("svg", "png")


def refuse_undrawable(form: str) -> None:
    """Says early that there will be no picture.

    Args:
        form: ``svg`` or ``png``.

    Raises:
        UnsupportedError: There is no such form, or matplotlib is not installed.
    """
    if form not in _FORMS:
        raise UnsupportedError(
            "plot_form_unsupported", "A plot is an SVG or a PNG file.", "Name a file that ends in .svg or .png."
        )
    if find_spec("matplotlib") is None:
        raise UnsupportedError(
            "plot_unsupported",
            "A plot needs matplotlib, which is not installed.",
            "pip install 'opentokenomics[metrics]'",
        )
