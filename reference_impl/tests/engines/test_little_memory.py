"""What does not fit into memory goes to the temporary folder; where that has no room either, one sentence says so."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from opentokenomics import validate
from opentokenomics.engines.duckdb import _session
from opentokenomics.errors import ResourceError

_ROWS = 150_000


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More identifiers than fit into the memory that the tests leave to the engine."""
    file = tmp_path_factory.mktemp("little memory") / "usage.parquet"
    identifiers = f"SELECT repeat(md5(number::VARCHAR), 4) AS record_id FROM range({_ROWS}) AS row(number)"  # noqa: S608
    duckdb.connect().execute(f"COPY ({identifiers}) TO '{file}' (FORMAT parquet)")
    return file


@pytest.fixture(autouse=True)
def _little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_session, "_MEMORY", "48MB")


@pytest.fixture
def _short_files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_the_rest_goes_to_the_folder(export: Path) -> None:
    unique = next(each for each in validate(export, profile="metering").checks if each.requirement == "OTS-USG-001")
    assert (unique.evaluated, unique.violations) == (_ROWS, 0)


@pytest.mark.usefixtures("_short_files")
def test_no_room_in_the_folder_is_not_blamed_on_the_file(export: Path) -> None:
    with pytest.raises(ResourceError, match="temporary folder"):
        validate(export, profile="metering")
