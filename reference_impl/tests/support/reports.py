"""Reports about anything: whatever inputs can say, in any dataset, ended in any way."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from opentokenomics.report import CheckResult, InputSummary, Report, Status, Violation
from opentokenomics.standard import Keyword, Profile, Requirement, load

STANDARD = load()
FEW = settings(max_examples=20, deadline=None)

HOSTILE = [
    "\x1b]0;owned\x07",
    "\x1b[2J\x1b[31m",
    "[bold red]x[/bold red]",
    "[/nothing]",
    "\u202egnirts\u202c",
    "\u2028\u2029\u200b\ufeff",
    "a\r\nb\tc\x00",
    "\ud800",
    "\ufffe\uffff",
    ":smile:",
    "=cmd|' /C calc'!A0",
    "  spaces  ",
    "",
    "x" * 5000,
    "漢字" * 300,
    "@everyone closes #123 and GH-1",
    "`` ` ```",
    "`",
    "\\|`|\\`\\",
    "a\n\n# b\n- c\n> d\n```\n<details>",
    "](http://evil.example) ![x](http://evil.example/x.png) <http://evil.example> http://evil.example www.evil.example",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>",
    "]]><!-- --> &amp;&#64; {{ 7 * 7 }} {% raw %} {0} {x}",
    "../../etc/passwd",
    "C:\\a:b//c%2e?d#e",
    "/absolute/päth",
]

texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=30))
"""What an input can say."""


def is_known(dataset: str, column: str) -> bool:
    """Whether the standard names the column, so that its name is nothing that an input said."""
    return column in STANDARD.datasets[dataset].by_name


def ended(requirement: Requirement, status: Status, evaluated: int, found: int) -> CheckResult:
    """How a requirement ended, made possible where it cannot end as wished."""
    if not requirement.machine_checkable:
        status, reason = Status.NOT_MACHINE_CHECKABLE, "no program can check it"
    elif status is Status.NOT_APPLICABLE:
        reason = "no record has the columns"
    elif status is Status.PASS:
        return CheckResult(requirement.id, requirement.keyword, status, evaluated, 0)
    else:
        status = Status.FAIL if requirement.keyword is Keyword.MUST else Status.WARN
        return CheckResult(requirement.id, requirement.keyword, status, max(evaluated, found), found)
    return CheckResult(requirement.id, requirement.keyword, status, 0, 0, reason)


@st.composite
def violations(draw: st.DrawFn, check: CheckResult, inputs: list[InputSummary]) -> Violation:
    """A place that breaks a requirement, mostly in one of the inputs."""
    where = draw(st.sampled_from(inputs))
    position = draw(st.none() | st.integers(1, 10**9))
    columns = [column.name for column in STANDARD.datasets[where.dataset].columns]
    return Violation(
        requirement=check.requirement,
        dataset=where.dataset,
        path=draw(st.just(where.path) | st.none() | st.just("-") | texts.filter(bool)),
        row=position,
        line=draw(st.none() | st.just(position)),
        record_id=draw(st.none() | texts),
        column=draw(st.none() | st.sampled_from(columns) | texts),
        value=draw(st.none() | texts.map(lambda text: text[:200])),
        message="The value is not what it should be.",
        fix=STANDARD.requirement(check.requirement).fix,
    )


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report that a validation could have made."""
    profile = draw(st.sampled_from([Profile.METERING, Profile.COST]))
    summaries = st.builds(
        InputSummary, st.sampled_from(sorted(STANDARD.datasets)), texts.filter(bool), st.integers(0, 10**12)
    )
    inputs = draw(st.lists(summaries, min_size=1, max_size=12))
    bound = {None, *(each.dataset for each in inputs)}
    held = [
        each
        for each in STANDARD.requirements
        if each.binds_inputs and each.dataset in bound and each.profile.rank <= profile.rank
    ]
    count = draw(st.integers(1, 10**9))
    broken_ids = draw(st.dictionaries(st.sampled_from([each.id for each in held]), st.integers(1, 10**6), max_size=14))
    idle = draw(st.sets(st.sampled_from([each.id for each in held]), max_size=5))
    made = tuple(
        ended(
            each,
            Status.FAIL if each.id in broken_ids else Status.NOT_APPLICABLE if each.id in idle else Status.PASS,
            count,
            broken_ids.get(each.id, 0),
        )
        for each in held
    )
    broken = [each for each in made if each.violations]
    failed = tuple(each.requirement for each in broken if each.status is Status.FAIL)
    shown = [
        draw(violations(each, inputs)) for each in broken for _ in range(draw(st.integers(0, min(2, each.violations))))
    ]
    return Report(
        spec_version=STANDARD.version,
        profile=profile,
        conformant=not failed and bool(inputs),
        achieved_profile=None if failed else profile,
        datasets=tuple(inputs),
        checks=made,
        violations=tuple(shown),
        blocking={profile: failed} if failed else {},
    )


def saying(text: str, *, name: str = "a.csv", listed: int = 1, total: int = 412) -> Report:
    """A report that says a text in every place in which an input can: values, identifiers, and unknown columns.

    A MUST and a SHOULD are broken, each ``total`` times, of which ``listed`` are examples.
    """
    checks = (
        CheckResult("OTS-GEN-007", Keyword.MUST, Status.FAIL, 9000, total),
        CheckResult("OTS-GEN-003", Keyword.SHOULD, Status.WARN, 9000, total),
        CheckResult("OTS-GEN-008", Keyword.MUST, Status.PASS, 9000, 0),
        CheckResult("OTS-USG-003", Keyword.MUST, Status.NOT_APPLICABLE, 0, 0, "no row has the values that it judges"),
        CheckResult("OTS-GEN-020", Keyword.MUST, Status.NOT_MACHINE_CHECKABLE, 0, 0, "No program can tell."),
    )
    examples = tuple(
        Violation(check.requirement, "usage", name, row, row + 1, text, text, text[:200], "It is wrong.", "Mend it.")
        for check in checks[:2]
        for row in range(1, listed + 1)
    )
    return Report(
        STANDARD.version,
        Profile.COST,
        conformant=False,
        achieved_profile=None,
        datasets=(InputSummary("usage", name, 9000),),
        checks=checks,
        violations=examples,
        blocking={Profile.METERING: ("OTS-GEN-007",)},
    )
