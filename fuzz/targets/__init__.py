"""Every target: each reader of records, of bundles and of JSON, and each converter."""

from __future__ import annotations

from collections.abc import Mapping

from fuzz._target import Target
from fuzz.targets import _archives, _converters, _csv, _json_lines, _json_text, _manifests, _parquet

TARGETS: Mapping[str, Target] = {
    **_csv.TARGETS,
    **_json_lines.TARGETS,
    **_parquet.TARGETS,
    "manifest": _manifests.TARGET,
    "archive": _archives.TARGET,
    "json-text": _json_text.TARGET,
    **_converters.TARGETS,
}
