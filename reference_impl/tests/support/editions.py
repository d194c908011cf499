"""Made-up versions of the standard: the documents of the newest one under another name, and changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from opentokenomics.rules import compile_predicate
from opentokenomics.standard import NAMED, Library, Standard, Texts, read_standard
from opentokenomics.standard import library as shelf

Edit = Callable[["Edition"], object]
"""A change of the documents; what it returns does not matter."""


_OWN = shelf()


class Edition:
    """The documents of a version, open to changes."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.documents: dict[str, Any] = {
            file: json.loads(text.replace(_OWN.newest, name)) for file, text in _OWN.documents().items()
        }

    def changed(self, *edits: Edit) -> Edition:
        """Itself, after the edits."""
        for edit in edits:
            edit(self)
        return self

    @property
    def texts(self) -> Texts:
        """The documents as they would be published."""
        return {file: json.dumps(document) for file, document in self.documents.items()}

    def read(self) -> Standard:
        """The version itself."""
        return read_standard(self.texts)

    # What edits are made of

    def schema(self, dataset: str = "usage") -> dict[str, Any]:
        """The schema of a dataset."""
        found: dict[str, Any] = self.documents[f"{dataset}.schema.json"]
        return found

    def column(self, name: str, dataset: str = "usage") -> dict[str, Any]:
        """What the schema says about a column."""
        found: dict[str, Any] = self.schema(dataset)["properties"][name]
        return found

    def listing(self, name: str, dataset: str = "usage") -> dict[str, Any]:
        """Where the closed list of a column stands: at the column, or where all datasets have it from."""
        column = self.column(name, dataset)
        if "enum" in column:
            return column
        found: dict[str, Any] = self.documents["common.schema.json"]["$defs"][column["$ref"].rpartition("/")[2]]
        return found

    def add_column(self, name: str, like: str, dataset: str = "usage", **members: Any) -> None:  # noqa: ANN401 - JSON
        """Adds a column that is like another one but for some members."""
        self.schema(dataset)["properties"][name] = {**copy.deepcopy(self.column(like, dataset)), **members}

    def remove_column(self, name: str, dataset: str = "usage") -> dict[str, Any]:
        """Takes a column away."""
        schema = self.schema(dataset)
        schema["required"] = [each for each in schema["required"] if each != name]
        found: dict[str, Any] = schema["properties"].pop(name)
        return found

    @property
    def requirements(self) -> list[dict[str, Any]]:
        """The entries of the compiled catalogue."""
        found: list[dict[str, Any]] = self.documents["catalogue.json"]["requirements"]
        return found

    def requirement(self, identifier: str) -> dict[str, Any]:
        """The entry of a requirement."""
        return next(each for each in self.requirements if each["id"] == identifier)

    def add_requirement(self, identifier: str, like: str, **members: Any) -> None:  # noqa: ANN401 - JSON
        """Adds a requirement that is like another one but for some members."""
        if any(each["id"] == identifier for each in self.requirements):
            message = f"{identifier} is taken"
            raise ValueError(message)
        self.requirements.append({**copy.deepcopy(self.requirement(like)), "id": identifier, **members})

    def predicate(self, sql: str, dataset: str = "usage", named: str | None = None) -> dict[str, Any]:
        """A predicate as a compiled check holds it; ``named`` is the dataset of the record that is referred to."""
        standard = self.read()
        columns = dict(standard.datasets[dataset].by_name)
        if named is not None:
            columns |= {NAMED + name: column for name, column in standard.datasets[named].by_name.items()}
        return {"sql": sql, "tree": compile_predicate(sql, columns)}


def library(*editions: Edition) -> Library:
    """What this package comes with, and made-up versions beside it."""
    sources: dict[str, Callable[[], Texts]] = {name: partial(_OWN.documents, name) for name in _OWN.versions}
    return Library(sources | {each.name: partial(getattr, each, "texts") for each in editions})
