"""The formats in which a report can be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentokenomics.errors import UnsupportedError
from opentokenomics.report._look import Look
from opentokenomics.report._model import Report
from opentokenomics.report._redact import redact as _redact


def _text(report: Report, look: Look) -> str:
    from opentokenomics.report._text import render_text

    return render_text(report, look)


def _json(report: Report, _: Look) -> str:
    return report.to_json()


def _junit(report: Report, _: Look) -> str:
    from opentokenomics.report._junit import render_junit

    return render_junit(report)


def _sarif(report: Report, _: Look) -> str:
    from opentokenomics.report._sarif import render_sarif

    return render_sarif(report)


def _markdown(report: Report, _: Look) -> str:
    from opentokenomics.report._markdown import render_markdown

    return render_markdown(report)


def _html(report: Report, _: Look) -> str:
    from opentokenomics.report._html import render_html

    return render_html(report)


def _annotations(report: Report, _: Look) -> str:
    from opentokenomics.report._annotations import render_annotations

    return render_annotations(report)


def _badge(report: Report, _: Look) -> str:
    from opentokenomics.report._badge import render_badge

    return render_badge(report)


_RENDERERS: Mapping[str, Callable[[Report, Look], str]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "sarif": _sarif,
    "markdown": _markdown,
    "html": _html,
    "annotations": _annotations,
    "badge": _badge,
}

FORMATS = tuple(_RENDERERS)
"""The names of the formats that exist."""


def render(report: Report, format: str, *, redact: bool = False, look: Look | None = None) -> str:  # noqa: A002
    """The report in one of the FORMATS, as text that ends in a line break.

    Args:
        report: What a validation found.
        format: ``text`` and ``html`` for people, ``markdown`` for a comment on a pull request (at most 65,536 bytes),
            ``json`` for programs (its schema is ``report.schema.json``), ``junit`` for CI servers, ``sarif`` (2.1.0)
            for code hosts and editors, ``annotations`` for a workflow of GitHub, ``badge`` for shields.io. Each but the
            badge shows exact totals, however few violations it lists.
        redact: Leave out everything that the input said; see :func:`redact`.
        look: Width and colours of the text format; 100 characters without colour unless stated.

    Raises:
        UnsupportedError: There is no such format; the message says which exist.
    """
    renderer = _RENDERERS.get(format)
    if renderer is None:
        raise UnsupportedError(
            "report_format_unknown", f"A report cannot be rendered as {format}.", f"Use one of: {', '.join(FORMATS)}."
        )
    return renderer(_redact(report) if redact else report, look or Look())
