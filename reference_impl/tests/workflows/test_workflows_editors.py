"""Schemas as editors load them, and what a catalogue for editors lists."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from typing import Any

import pytest
from checkout import CHECKOUT
from jsonschema import Draft202012Validator
from records import STANDARD, dataset
from referencing import Registry, Resource

from opentokenomics.standard import documents

SCHEMAS = {name: json.loads(text) for name, text in documents().items() if name.endswith(".schema.json")}


# A registry loads nothing that it was not given.
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_reference_resolves_without_a_network(name: str) -> None:
    schema = SCHEMAS[name]
    Draft202012Validator.check_schema(schema)
    resolver = REGISTRY.resolver(schema["$id"])
    references = re.findall(r'"\$ref": ?"([^"]+)"', json.dumps(schema))
    for reference in references:
        assert resolver.lookup(reference).contents is not None
    assert references or name == "metrics.schema.json"


@pytest.mark.parametrize("name", [*STANDARD.datasets])
def test_what_a_column_refers_to_describes_no_column(name: str) -> None:
    """Editors show the description of what is referred to in place of the column's own one."""
    for column, said in SCHEMAS[f"{name}.schema.json"]["properties"].items():
        assert said["description"], column
    assert not [each for each in SCHEMAS["common.schema.json"]["$defs"].values() if "description" in each]


def test_a_record_is_judged_by_the_schema_alone() -> None:
    validator = Draft202012Validator(SCHEMAS["usage.schema.json"], registry=REGISTRY)
    record = dataset()[0]
    assert validator.is_valid(record)
    assert not validator.is_valid({**record, "meter": "tokenz"})


class TestCatalogue:
    """What editors are to take from a catalogue."""

    @pytest.fixture
    def entries(self) -> dict[str, dict[str, Any]]:
        file = CHECKOUT / "integrations" / "editors" / "catalog.json"
        if not file.exists():
            pytest.skip("needs a checkout")
        return {each["url"]: each for each in json.loads(file.read_text("utf-8"))["schemas"]}

    def test_it_is_current(self, entries: dict[str, dict[str, Any]]) -> None:
        command = [sys.executable, str(CHECKOUT / "tools" / "schemastore.py"), "--check"]
        assert subprocess.run(command, check=False).returncode == 0
        assert entries.keys() == {SCHEMAS[f"{name}.schema.json"]["$id"] for name in STANDARD.datasets}

    def test_a_file_is_of_one_dataset(self, entries: dict[str, dict[str, Any]]) -> None:
        patterns = {pattern: url for url, each in entries.items() for pattern in each["fileMatch"]}
        for pattern, url in patterns.items():
            name = pattern.replace("*", "a")
            assert {entry for other, entry in patterns.items() if fnmatch(name, other)} == {url}

    def test_the_page_shows_settings_that_agree(self, entries: dict[str, dict[str, Any]]) -> None:
        page = (CHECKOUT / "docs" / "workflows" / "editors.md").read_text("utf-8")
        (settings,) = re.findall(r"```json[^\n]*\n(.*?)```", page, re.DOTALL)
        for each in json.loads(settings)["json.schemas"]:
            assert {*entries[each["url"]]["fileMatch"]} <= {*each["fileMatch"]}
