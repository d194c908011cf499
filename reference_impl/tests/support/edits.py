"""Ways to edit the newest version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from editions import Edit, Edition
from records import STANDARD

from opentokenomics.compatibility import Compatibility

COMPATIBLE, MIGRATION, INCOMPATIBLE = Compatibility
NEXT = "9.9"
RULE = "OTS-CST-003"
METRIC = next(iter(STANDARD.metrics))
NOT_CHECKABLE = next(each.id for each in STANDARD.requirements if each.binds_inputs and not each.machine_checkable)


def column(name: str, **members: object) -> Edit:
    return lambda edition: edition.column(name).update(members)


def definition(name: str, **members: object) -> Edit:
    return lambda edition: edition.documents["common.schema.json"]["$defs"][name].update(members)


def added(name: str = "colour", like: str = "team", **members: Any) -> Edit:  # noqa: ANN401 - JSON
    return lambda edition: edition.add_column(name, like, **members)


def removed(name: str) -> Edit:
    return lambda edition: edition.remove_column(name)


def renamed(old: str, new: str) -> Edit:
    def rename(edition: Edition) -> None:
        required = old in edition.schema()["required"]
        edition.schema()["properties"][new] = {**edition.remove_column(old), "x-renamed-from": old}
        if required:
            edition.schema()["required"].append(new)
        for requirement in edition.requirements:
            replace_name(requirement, old, new)

    return rename


def replace_name(part: Any, old: str, new: str) -> None:  # noqa: ANN401 - JSON
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if value == old and key not in {"kind", "statement"}:
            part[key] = new
        elif isinstance(value, dict | list):
            replace_name(value, old, new)


def values(name: str, change: Callable[[list[Any]], list[Any]], **members: object) -> Edit:
    return lambda edition: edition.listing(name).update(enum=change(edition.listing(name)["enum"]), **members)


def required(name: str) -> Edit:
    def require(edition: Edition) -> None:
        edition.schema()["required"].append(name)
        edition.column(name)["not"] = {"type": "null"}

    return require


def optional(name: str) -> Edit:
    def release(edition: Edition) -> None:
        edition.schema()["required"].remove(name)
        del edition.column(name)["not"]

    return release


def requirement(identifier: str, **members: object) -> Edit:
    return lambda edition: edition.requirement(identifier).update(members)


def without(identifier: str) -> Edit:
    return lambda edition: edition.requirements.remove(edition.requirement(identifier))


def checked(identifier: str, predicate: str | None = None, where: str | None = None, **members: object) -> Edit:
    def recheck(edition: Edition) -> None:
        check = edition.requirement(identifier)["check"]
        check.update(members)
        for name, sql in (("predicate", predicate), ("where", where)):
            if sql is not None:
                check[name] = edition.predicate(sql)

    return recheck


def new_rule(predicate: str, where: str | None = None, **members: object) -> Edit:
    def add(edition: Edition) -> None:
        check = {"kind": "row", "predicate": edition.predicate(predicate)}
        if where is not None:
            check["where"] = edition.predicate(where)
        edition.add_requirement("OTS-USG-901", "OTS-USG-013", check=check, **members)

    return add


def all_of(*edits: Edit) -> Edit:
    return lambda edition: edition.changed(*edits)


def a_new_dataset(edition: Edition) -> None:
    edition.documents["parcel.schema.json"] = {**edition.schema(), "x-dataset": "parcel"}


def entry(**members: object) -> Edit:
    """A change of what an entry of a manifest is."""
    return lambda edition: edition.schema("manifest")["$defs"]["file"]["properties"]["rows"].update(members)


def metric(**members: object) -> Edit:
    """A change of the first metric."""
    return lambda edition: edition.documents["metrics.json"]["metrics"][0].update(members)


def a_new_metric(edition: Edition) -> None:
    metrics = edition.documents["metrics.json"]["metrics"]
    metrics.append({**metrics[0], "id": "tokens_of_pass"})


def a_list_of_texts(edition: Edition) -> None:
    edition.schema("statement")["properties"]["inputs"]["items"] = {"pattern": "^[a-z]+$"}


def no_dataset(edition: Edition) -> None:
    del edition.documents["usage.schema.json"]


def sql(identifier: str) -> str:
    text: str = getattr(STANDARD.requirement(identifier).check, "predicate").sql  # noqa: B009 - of a row rule
    return text


def compared(identifier: str) -> tuple[str, ...]:
    names: tuple[str, ...] = getattr(STANDARD.requirement(identifier).check, "compare")  # noqa: B009 - a reference
    return names
