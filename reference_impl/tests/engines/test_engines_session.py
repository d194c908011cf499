"""The engine's session reads what it was given and writes in its folder, and nothing that it runs changes that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from opentokenomics.engines.duckdb import Session

_INSIDE = "CREATE TABLE t AS SELECT 1 AS a"
_REFUSED = [
    "INSTALL httpfs",
    "INSTALL httpfs FROM community",
    "LOAD httpfs",
    "LOAD '{outside}/evil.duckdb_extension'",
    "FORCE INSTALL spatial",
    "SELECT * FROM read_xlsx('{outside}/a.xlsx')",
    "SELECT st_point(1, 2)",
    "COPY t TO '{outside}/out.csv'",
    "COPY t TO '{outside}/out.parquet' (FORMAT parquet)",
    "COPY t TO '{outside}' (FORMAT csv, PARTITION_BY a)",
    "COPY t FROM '{outside}/secret.csv'",
    "EXPORT DATABASE '{outside}/export'",
    "IMPORT DATABASE '{outside}'",
    "SELECT * FROM read_csv('{outside}/secret.csv')",
    "SELECT * FROM '{outside}/secret.csv'",
    "SELECT * FROM read_text('{outside}/secret.csv')",
    "SELECT * FROM read_blob('{outside}/secret.csv')",
    "SELECT * FROM read_json('{outside}/secret.csv')",
    "SELECT * FROM read_parquet('{outside}/secret.csv')",
    "SELECT * FROM read_text('{folder}/../outside/secret.csv')",
    "SELECT * FROM read_text('{folder}/link')",
    "SELECT * FROM read_csv('https://example.com/a.csv')",
    "SELECT * FROM read_csv('s3://bucket/a.csv')",
    "ATTACH '{outside}/other.duckdb'",
    "ATTACH 'https://example.com/a.duckdb'",
    "ATTACH '{outside}/other.sqlite' (TYPE sqlite)",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "SET enable_external_access = true",
    "SET allowed_directories = ['/']",
    "SET allowed_paths = ['{outside}/secret.csv']",
    "SET lock_configuration = false",
    "RESET lock_configuration",
    "SET memory_limit = '100GB'",
    "SET GLOBAL memory_limit = '100GB'",
    "PRAGMA memory_limit = '100GB'",
    "SET temp_directory = '{outside}'",
    "SET home_directory = '{outside}'",
    "SET extension_directory = '{outside}'",
    "SET custom_extension_repository = 'https://example.com'",
    "SET autoinstall_known_extensions = true",
    "SET autoload_known_extensions = true",
    "SET allow_unsigned_extensions = true",
    "SET disabled_optimizers = ''",
    "SET profiling_output = '{outside}/profile.json'",
    "PRAGMA enable_logging",
]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.csv").write_text("a\n1\n")
    return folder


@pytest.fixture
def session(tmp_path: Path, outside: Path) -> Iterator[Session]:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "input.csv").write_text("a\n1\n")
    (folder / "link").symlink_to(outside / "secret.csv")
    opened = Session(folder, [tmp_path / "input.csv"])
    opened.run(_INSIDE)
    yield opened
    opened.close()


@pytest.mark.parametrize("statement", _REFUSED)
def test_what_reaches_beyond_it_is_refused(statement: str, session: Session, outside: Path) -> None:
    with pytest.raises(duckdb.Error):
        session.run(statement.format(outside=outside, folder=session.folder))
    assert [each.name for each in outside.rglob("*")] == ["secret.csv"]
    assert session.rows("SELECT a FROM t") == [(1,)]


def test_what_it_was_given_is_read(session: Session, tmp_path: Path) -> None:
    path = session.expose(tmp_path / "input.csv")
    assert session.rows(f"SELECT * FROM read_csv('{path}')") == [(1,)]  # noqa: S608
    session.run(f"COPY t TO '{session.folder}/out.csv'")
    assert (session.folder / "out.csv").read_text() == "a\n1\n"
