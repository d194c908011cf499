"""Differences of versions, made by editing the newest one; each with what the comparison is to say of it."""

from __future__ import annotations

from editions import Edit
from edits import (
    COMPATIBLE,
    INCOMPATIBLE,
    METRIC,
    MIGRATION,
    NOT_CHECKABLE,
    RULE,
    a_list_of_texts,
    a_new_dataset,
    a_new_metric,
    added,
    all_of,
    checked,
    column,
    compared,
    definition,
    entry,
    metric,
    new_rule,
    optional,
    removed,
    renamed,
    required,
    requirement,
    sql,
    values,
    without,
)
from records import STANDARD

from opentokenomics.compatibility import Action, Compatibility

Expected = tuple[Compatibility, str, str, Action]
USAGE_TEAM = "usage.team"

EDITS: dict[str, tuple[Edit, Expected]] = {
    # Datasets and columns
    "a dataset is added": (a_new_dataset, (COMPATIBLE, "parcel", "dataset", Action.ADDED)),
    "custom columns": (
        lambda e: e.schema().update(patternProperties={"^y_[a-z]+$": True}),
        (INCOMPATIBLE, "usage", "custom columns", Action.CHANGED),
    ),
    "a title": (lambda e: e.schema().update(title="X"), (COMPATIBLE, "usage", "title", Action.REWORDED)),
    "a column is added": (added(), (COMPATIBLE, "usage.colour", "column", Action.ADDED)),
    "a required column is added": (
        all_of(added(), required("colour")),
        (INCOMPATIBLE, "usage.colour", "column", Action.ADDED),
    ),
    "a column is added that inputs may have as their own": (
        added("x_colour"),
        (INCOMPATIBLE, "usage.x_colour", "column", Action.ADDED),
    ),
    "a column is removed": (removed("sku_meter"), (INCOMPATIBLE, "usage.sku_meter", "column", Action.REMOVED)),
    "a column is renamed": (
        renamed("sku_meter", "sku_gauge"),
        (MIGRATION, "usage.sku_meter", "column", Action.RENAMED),
    ),
    "it becomes required": (required("team"), (INCOMPATIBLE, USAGE_TEAM, "required", Action.TIGHTENED)),
    "it becomes optional": (
        optional("service_provider_name"),
        (COMPATIBLE, "usage.service_provider_name", "required", Action.LOOSENED),
    ),
    "it is deprecated": (column("team", deprecated=True), (COMPATIBLE, USAGE_TEAM, "deprecated", Action.DEPRECATED)),
    "it is told otherwise": (column("team", description="X"), (COMPATIBLE, USAGE_TEAM, "description", Action.REWORDED)),
    "it has other examples": (column("team", examples=["x"]), (COMPATIBLE, USAGE_TEAM, "examples", Action.REWORDED)),
    "it is another one of FOCUS": (
        column("team", **{"x-focus-name": "Team"}),
        (COMPATIBLE, USAGE_TEAM, "focus_name", Action.REWORDED),
    ),
    # Kinds and values
    "an integer becomes a decimal": (
        lambda e: e.add_column("attempt", "consumed_quantity", **{"x-group": "attribution"}),
        (MIGRATION, "usage.attempt", "kind", Action.CHANGED),
    ),
    "a text becomes an integer": (
        lambda e: e.add_column("team", "attempt"),
        (INCOMPATIBLE, USAGE_TEAM, "kind", Action.CHANGED),
    ),
    "a closed list is opened": (
        lambda e: e.add_column("region_scope", "team"),
        (COMPATIBLE, "usage.region_scope", "kind", Action.CHANGED),
    ),
    "a closed list becomes texts that are too short for it": (
        all_of(
            lambda e: e.add_column("region_scope", "team"),
            definition("string", maxLength=6),
        ),
        (INCOMPATIBLE, "usage.region_scope", "kind", Action.CHANGED),
    ),
    "an integer becomes a decimal that is too small for it": (
        all_of(
            column("attempt", maximum=10**13),
            lambda e: e.add_column("attempt", "list_unit_price", **{"x-group": "attribution"}),
        ),
        (INCOMPATIBLE, "usage.attempt", "kind", Action.CHANGED),
    ),
    "a value is added": (
        values("region_scope", lambda old: [*old, "planet"]),
        (COMPATIBLE, "usage.region_scope", "value", Action.ADDED),
    ),
    "a value is removed": (
        values("region_scope", lambda old: old[1:]),
        (INCOMPATIBLE, "usage.region_scope", "value", Action.REMOVED),
    ),
    "a value is renamed": (
        values("region_scope", lambda old: ["world", *old[1:]], **{"x-renamed-values": {"global": "world"}}),
        (MIGRATION, "usage.region_scope", "value", Action.RENAMED),
    ),
    "a second list of values shares none with the first": (
        column("token_direction", enum=["sideways", None]),
        (INCOMPATIBLE, "usage.token_direction", "value", Action.REMOVED),
    ),
    # Shapes
    "a text may be longer": (definition("string", maxLength=5000), (COMPATIBLE, USAGE_TEAM, "length", Action.LOOSENED)),
    "a text must be shorter": (
        definition("string", maxLength=80),
        (INCOMPATIBLE, USAGE_TEAM, "length", Action.TIGHTENED),
    ),
    "a number may be larger": (
        column("attempt", maximum=10**12),
        (COMPATIBLE, "usage.attempt", "range", Action.LOOSENED),
    ),
    "a number must be larger": (
        column("attempt", minimum=5),
        (INCOMPATIBLE, "usage.attempt", "range", Action.TIGHTENED),
    ),
    "a decimal has more digits": (
        definition(
            "unit_price", then={"pattern": "^-?[0-9]{1,7}(?:[.][0-9]{1,13})?$"}, **{"x-precision": 20, "x-scale": 13}
        ),
        (COMPATIBLE, "usage.list_unit_price", "digits", Action.LOOSENED),
    ),
    "a decimal has fewer digits": (
        definition("unit_price", then={"pattern": "^-?[0-9]{1,7}(?:[.][0-9]{1,2})?$"}),
        (INCOMPATIBLE, "usage.list_unit_price", "digits", Action.TIGHTENED),
    ),
    "digits move": (
        definition("unit_price", then={"pattern": "^-?[0-9]{1,9}(?:[.][0-9]{1,2})?$"}),
        (INCOMPATIBLE, "usage.list_unit_price", "digits", Action.CHANGED),
    ),
    "a pattern changes": (
        definition("timestamp", pattern="^[0-9TZ:.-]{1,40}$"),
        (INCOMPATIBLE, "usage.charge_period_start", "pattern", Action.CHANGED),
    ),
    "addresses are allowed": (
        lambda e: e.documents["common.schema.json"]["$defs"]["identifier"].pop("not"),
        (COMPATIBLE, "usage.principal_id", "opaque", Action.LOOSENED),
    ),
    # What nothing reads
    "custom columns of any name": (
        lambda e: e.schema().update(additionalProperties=True),
        (INCOMPATIBLE, "usage", "additionalProperties", Action.CHANGED),
    ),
    "a keyword that is not known": (
        column("attempt", multipleOf=2),
        (INCOMPATIBLE, "usage.attempt", "multipleOf", Action.CHANGED),
    ),
    "a keyword of records that is not known": (
        lambda e: e.schema().update(dependentRequired={"team": ["application"]}),
        (INCOMPATIBLE, "usage", "dependentRequired", Action.CHANGED),
    ),
    "values of maps": (
        lambda e: e.documents["common.schema.json"]["$defs"]["map"].update(additionalProperties=True),
        (INCOMPATIBLE, "usage.tags", "additionalProperties", Action.CHANGED),
    ),
    "null is refused": (
        values("region_scope", lambda old: [value for value in old if value is not None]),
        (INCOMPATIBLE, "usage.region_scope", "enum", Action.CHANGED),
    ),
    "null is refused where nothing is required": (
        column("team", **{"not": {"type": "null"}}),
        (INCOMPATIBLE, USAGE_TEAM, "present", Action.TIGHTENED),
    ),
    "decimals are held otherwise": (
        definition("unit_price", **{"x-precision": 20, "x-scale": 13}),
        (INCOMPATIBLE, "usage.list_unit_price", "digits", Action.CHANGED),
    ),
    "a comment": (definition("map", **{"$comment": "X"}), (COMPATIBLE, "usage.tags", "$comment", Action.REWORDED)),
    # Records in lists
    "a member of a record in a list has a narrower range": (
        entry(maximum=5),
        (INCOMPATIBLE, "manifest_file.rows", "range", Action.TIGHTENED),
    ),
    "a member of a record in a list is required": (
        lambda e: e.schema("manifest")["$defs"]["file"]["required"].append("grouped_by"),
        (INCOMPATIBLE, "manifest_file.grouped_by", "required", Action.TIGHTENED),
    ),
    "a member of a record in a list is removed": (
        lambda e: e.schema("manifest")["$defs"]["file"]["properties"].pop("grouped_by"),
        (INCOMPATIBLE, "manifest_file.grouped_by", "column", Action.REMOVED),
    ),
    "a list of records becomes one of texts": (
        a_list_of_texts,
        (INCOMPATIBLE, "statement.inputs", "members", Action.CHANGED),
    ),
    # Metrics
    "a metric is added": (a_new_metric, (COMPATIBLE, "tokens_of_pass", "metric", Action.ADDED)),
    "a metric is removed": (
        lambda e: e.documents["metrics.json"]["metrics"].pop(0),
        (INCOMPATIBLE, METRIC, "metric", Action.REMOVED),
    ),
    "a metric is computed otherwise": (metric(version="2.0"), (INCOMPATIBLE, METRIC, "version", Action.CHANGED)),
    "a metric has an interval more": (
        metric(intervals=[*STANDARD.metrics[METRIC].intervals, "guess"]),
        (COMPATIBLE, METRIC, "intervals", Action.LOOSENED),
    ),
    "a metric has no interval": (metric(intervals=[]), (INCOMPATIBLE, METRIC, "intervals", Action.TIGHTENED)),
    "a metric is told otherwise": (metric(question="X?"), (COMPATIBLE, METRIC, "question", Action.REWORDED)),
    # Requirements
    "a requirement is removed": (without(RULE), (COMPATIBLE, RULE, "requirement", Action.REMOVED)),
    "MUST becomes SHOULD": (requirement(RULE, keyword="SHOULD"), (COMPATIBLE, RULE, "keyword", Action.LOOSENED)),
    "SHOULD becomes MUST": (
        requirement("OTS-CST-025", keyword="MUST"),
        (INCOMPATIBLE, "OTS-CST-025", "keyword", Action.TIGHTENED),
    ),
    "it binds a lower profile": (
        requirement(RULE, profile="metering"),
        (INCOMPATIBLE, RULE, "profile", Action.TIGHTENED),
    ),
    "it binds a higher profile": (
        requirement("OTS-USG-013", profile="cost"),
        (COMPATIBLE, "OTS-USG-013", "profile", Action.LOOSENED),
    ),
    "it is said otherwise": (requirement(RULE, statement="X"), (COMPATIBLE, RULE, "statement", Action.REWORDED)),
    "it is explained otherwise": (requirement(RULE, rationale="X"), (COMPATIBLE, RULE, "rationale", Action.REWORDED)),
    "it has another remedy": (requirement(RULE, fix="X"), (COMPATIBLE, RULE, "fix", Action.REWORDED)),
    "a rule is new": (new_rule("team <> 'a'"), (INCOMPATIBLE, "OTS-USG-901", "requirement", Action.ADDED)),
    "a recommendation is new": (
        new_rule("team <> 'a'", keyword="SHOULD"),
        (COMPATIBLE, "OTS-USG-901", "requirement", Action.ADDED),
    ),
    "a rule of every dataset is new": (
        new_rule("team <> 'a'", dataset=None),
        (INCOMPATIBLE, "OTS-USG-901", "requirement", Action.ADDED),
    ),
    "a rule for those who validate is new": (
        lambda e: e.add_requirement("OTS-VAL-901", "OTS-VAL-001"),
        (COMPATIBLE, "OTS-VAL-901", "requirement", Action.ADDED),
    ),
    "a rule that no program checks is new": (
        lambda e: e.add_requirement("OTS-USG-901", NOT_CHECKABLE),
        (INCOMPATIBLE, "OTS-USG-901", "requirement", Action.ADDED),
    ),
    "a tolerance grows": (
        checked(RULE, sql(RULE).replace("0.005", "0.01")),
        (COMPATIBLE, RULE, "check", Action.LOOSENED),
    ),
    "a tolerance shrinks": (
        checked(RULE, sql(RULE).replace("0.005", "0.001")),
        (INCOMPATIBLE, RULE, "check", Action.TIGHTENED),
    ),
    "a rule is another one": (checked(RULE, "list_cost >= 0"), (INCOMPATIBLE, RULE, "check", Action.CHANGED)),
    "a rule runs otherwise than it is written": (
        lambda e: e.requirement(RULE)["check"]["predicate"].update(e.predicate("list_cost >= 0"), sql=sql(RULE)),
        (INCOMPATIBLE, RULE, "check", Action.CHANGED),
    ),
    "a rule has an exception": (
        checked(RULE, where="charge_class IS NULL"),
        (COMPATIBLE, RULE, "check", Action.LOOSENED),
    ),
    "a rule is written otherwise": (
        checked(RULE, "NOT (0.005 < ABS(list_cost - list_unit_price * pricing_quantity))"),
        (COMPATIBLE, RULE, "check", Action.CHANGED),
    ),
    "no program checks it": (
        requirement(RULE, check={"kind": "excluded", "reason": "x"}),
        (COMPATIBLE, RULE, "check", Action.LOOSENED),
    ),
    "uniqueness of more columns": (
        checked("OTS-USG-001", columns=["record_id", "team"]),
        (COMPATIBLE, "OTS-USG-001", "check", Action.LOOSENED),
    ),
    "uniqueness of other records": (
        checked("OTS-USG-021", where="record_type IN ('retraction', 'original')"),
        (INCOMPATIBLE, "OTS-USG-021", "check", Action.TIGHTENED),
    ),
    "other records are compared": (
        checked("OTS-USG-019", where="record_type = 'retraction'"),
        (INCOMPATIBLE, "OTS-USG-019", "check", Action.TIGHTENED),
    ),
    "more columns are compared": (
        checked("OTS-USG-020", compare=[*compared("OTS-USG-020"), "charge_description"]),
        (INCOMPATIBLE, "OTS-USG-020", "check", Action.TIGHTENED),
    ),
    "another column refers": (
        requirement("OTS-USG-018", columns=["record_id"]),
        (INCOMPATIBLE, "OTS-USG-018", "check", Action.CHANGED),
    ),
    "a name of fewer parts": (
        checked("OTS-OUT-026", match=[]),
        (COMPATIBLE, "OTS-OUT-026", "check", Action.LOOSENED),
    ),
    "a name of fewer parts, of which one may be left out": (
        checked("OTS-STM-028", match=[]),
        (INCOMPATIBLE, "OTS-STM-028", "check", Action.CHANGED),
    ),
    "what is referred to satisfies something": (
        lambda e: e.requirement("OTS-USG-018")["check"].update(
            rule="satisfies", predicate=e.predicate("team = named__team", named="usage")
        ),
        (INCOMPATIBLE, "OTS-USG-018", "check", Action.CHANGED),
    ),
    "fewer columns are compared": (
        checked("OTS-USG-020", compare=["meter"]),
        (COMPATIBLE, "OTS-USG-020", "check", Action.LOOSENED),
    ),
    "groups are finer": (
        checked("OTS-TOK-012", by=["source_name", "usage_group_id", "token_direction", "team"]),
        (COMPATIBLE, "OTS-TOK-012", "check", Action.LOOSENED),
    ),
    "groups that add up are finer": (
        checked("OTS-TOK-010", by=["source_name", "usage_group_id", "team"]),
        (INCOMPATIBLE, "OTS-TOK-010", "check", Action.CHANGED),
    ),
    "some satisfies more": (
        checked("OTS-CST-024", "cost_carrier <> 'unknown' OR team = 'a'"),
        (COMPATIBLE, "OTS-CST-024", "check", Action.LOOSENED),
    ),
}
"""Edits of the newest version, and one change that each of them leads to."""

ABOUT_WHAT_IS_NEW: dict[str, Edit] = {
    "a rule on a new column": all_of(added(), new_rule("colour IN ('red', 'green')")),
    "a rule where a new column is filled": all_of(added(), new_rule("team IS NOT NULL", "colour IS NOT NULL")),
    "a rule on a new value": all_of(
        values("meter", lambda old: [*old, "joules"]), new_rule("meter <> 'joules' OR team IS NOT NULL")
    ),
    "a new value in a table of cases": all_of(
        values("meter", lambda old: [*old, "joules"]),
        checked(
            "OTS-USG-011", sql("OTS-USG-011").replace("CASE", "CASE WHEN meter = 'joules' THEN consumed_unit = 'j'")
        ),
    ),
    "a new dimension of leaves": all_of(
        added("token_colour", "token_role"),
        checked("OTS-TOK-010", by=["source_name", "usage_group_id", "token_colour"]),
        checked("OTS-USG-020", compare=[*compared("OTS-USG-020"), "token_colour"]),
    ),
    "uniqueness of a new column": all_of(
        added(),
        lambda e: e.add_requirement("OTS-USG-901", "OTS-USG-001", check={"kind": "unique", "columns": ["colour"]}),
    ),
    "a reference from a new column": all_of(
        added("parent_record_id", "corrects_record_id"),
        lambda e: e.add_requirement("OTS-USG-901", "OTS-USG-018", columns=["parent_record_id"]),
    ),
    "a condition on what a new column refers to": all_of(
        added("parent_record_id", "corrects_record_id"),
        lambda e: e.add_requirement("OTS-USG-901", "OTS-USG-018", columns=["parent_record_id"]),
        lambda e: e.requirement("OTS-USG-901")["check"].update(
            rule="satisfies", predicate=e.predicate("team = named__team", named="usage")
        ),
    ),
    "a condition on a new column of what is referred to": all_of(
        added(),
        lambda e: e.add_requirement("OTS-USG-901", "OTS-USG-018"),
        lambda e: e.requirement("OTS-USG-901")["check"].update(
            rule="satisfies", predicate=e.predicate("colour = named__colour", named="usage")
        ),
    ),
    "some record satisfies it, unless a new column says otherwise": all_of(
        added(),
        lambda e: e.add_requirement("OTS-USG-901", "OTS-CST-024"),
        checked("OTS-USG-901", "colour <> 'red'"),
    ),
    "ranges that are apart where a new column is filled": all_of(
        added(),
        lambda e: e.add_requirement(
            "OTS-USG-901",
            "OTS-USG-001",
            check={
                "kind": "no_overlap",
                "by": ["record_id"],
                "ranges": [["charge_period_start", "charge_period_end"]],
                "where": e.predicate("colour IS NOT NULL"),
            },
        ),
    ),
    "a sum of a new column": all_of(
        added("colours", "consumed_quantity"),
        lambda e: e.add_requirement(
            "OTS-USG-901", "OTS-TOK-010", check={**e.requirement("OTS-TOK-010")["check"], "column": "colours"}
        ),
    ),
    "a rule that no program checks on a new column": all_of(
        added(), lambda e: e.add_requirement("OTS-USG-901", NOT_CHECKABLE, columns=["colour"])
    ),
}
"""What a minor version adds with its rules: nothing that inputs of the older version have."""
