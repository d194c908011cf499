"""What a reader wants to know first is right, and says where it is only a lower bound."""

from __future__ import annotations

from opentokenomics.report import CheckResult, InputSummary, Look, Report, Status, Violation, render
from opentokenomics.standard import Keyword, Profile, load

STANDARD = load()


def failed(requirement: str, violations: int) -> CheckResult:
    return CheckResult(requirement, Keyword.MUST, Status.FAIL, 1000, violations)


def example(requirement: str, column: str | None, *, path: str = "a.csv", value: str | None = "1") -> Violation:
    return Violation(requirement, "usage", path, 7, 8, "r1", column, value, "It is wrong.", "Mend it.")


def shown(*checks: CheckResult, examples: tuple[Violation, ...] = (), paths: tuple[str, ...] = ("a.csv",)) -> str:
    report = Report(
        STANDARD.version,
        Profile.COST,
        conformant=False,
        achieved_profile=Profile.METERING,
        datasets=tuple(InputSummary("usage", path, 500) for path in paths),
        checks=checks,
        violations=examples,
        blocking={Profile.COST: tuple(each.requirement for each in checks)},
    )
    return render(report, "text", look=Look(110))


class TestWorstOffenders:
    """Totals are exact where a requirement always blames one column, and lower bounds elsewhere."""

    def test_requirements_of_one_column_add_up_exactly(self) -> None:
        text = shown(
            failed("OTS-CST-003", 400),
            failed("OTS-CST-005", 30),
            examples=(example("OTS-CST-003", "list_cost"), example("OTS-CST-005", "list_cost")),
        )
        assert "list_cost  430  violations of 2 requirements" in text

    def test_a_schema_keyword_may_sit_in_any_column(self) -> None:
        text = shown(
            failed("OTS-GEN-009", 400),
            failed("OTS-CST-005", 2),
            examples=(example("OTS-GEN-009", "list_cost"), example("OTS-CST-005", "billed_cost")),
        )
        assert "list_cost    at least 1  violation of 1 requirement" in text
        assert "billed_cost           2  violations of 1 requirement" in text

    def test_inputs_are_compared_when_there_are_several(self) -> None:
        both = (example("OTS-CST-003", "list_cost"), example("OTS-CST-005", "billed_cost", path="b.csv"))
        checks = (failed("OTS-CST-003", 1), failed("OTS-CST-005", 9))
        text = shown(*checks, examples=both, paths=("a.csv", "b.csv"))
        assert "b.csv        at least 1" in text
        assert "a.csv" not in shown(*checks, examples=both).split("Worst offenders")[1]

    def test_one_requirement_alone_needs_no_ranking(self) -> None:
        assert "Worst offenders" not in shown(failed("OTS-CST-003", 1), examples=(example("OTS-CST-003", "list_cost"),))


class TestExamples:
    def test_place_column_and_value_stand_on_one_line(self) -> None:
        text = shown(failed("OTS-CST-003", 1), examples=(example("OTS-CST-003", "list_cost", value="3.14"),))
        assert "a.csv:8  list_cost = 3.14\n" in text
        assert "fix  Mend it." in text

    def test_spaces_at_the_edges_of_a_value_are_shown(self) -> None:
        text = shown(failed("OTS-CST-003", 1), examples=(example("OTS-CST-003", "list_cost", value=" 3 14  "),))
        assert r"list_cost = \x203 14\x20\x20" in text

    def test_an_absent_value_is_not_shown(self) -> None:
        text = shown(failed("OTS-CST-003", 1), examples=(example("OTS-CST-003", "list_cost", value=None),))
        assert "a.csv:8  list_cost\n" in text

    def test_standard_input_is_called_by_its_name(self) -> None:
        text = shown(failed("OTS-CST-003", 1), examples=(example("OTS-CST-003", None, path="-"),), paths=("-",))
        assert "standard input:8" in text

    def test_what_no_record_is_to_blame_for_is_in_the_inputs_as_a_whole(self) -> None:
        fault = Violation(
            "OTS-CST-024", "usage", None, None, None, None, "cost_carrier", None, "It is wrong.", "Mend it."
        )
        assert "at   the inputs as a whole  cost_carrier\n" in shown(failed("OTS-CST-024", 1), examples=(fault,))

    def test_a_hundred_are_shown_and_the_rest_counted(self) -> None:
        many = (example("OTS-CST-003", "list_cost"),) * 1234
        text = shown(failed("OTS-CST-003", 5000), examples=many)
        assert text.count("list_cost = 1\n") == 100
        assert "and 1,134 more; --report json lists them\n" in text
        assert "5,000 of 1,000 rows" in text

    def test_without_examples_the_requirement_still_says_what_to_do(self) -> None:
        text = shown(failed("OTS-CST-003", 1))
        assert "list_cost" in text
        assert " ".join(STANDARD.requirement("OTS-CST-003").fix.split()[:3]) in text


class TestManyFindings:
    def test_ten_in_full_twenty_in_a_line_and_the_rest_counted(self) -> None:
        musts = [each for each in STANDARD.of("usage") if each.keyword is Keyword.MUST][:35]
        text = shown(*(failed(each.id, 1) for each in musts))
        fixes = text.split("Coverage")[0]
        assert fixes.count("\n    fix") == 10
        assert sum(each.id in fixes for each in musts) == 30
        assert "and 5 more; --report json lists them all" in text


class TestProfiles:
    def test_the_next_profile_names_what_stands_in_the_way(self) -> None:
        text = shown(failed("OTS-CST-003", 1))
        assert "achieved  metering\n" in text
        assert "next      cost, in the way: OTS-CST-003\n" in text

    def test_the_hint_names_the_first_requirement_to_fix(self) -> None:
        assert shown(failed("OTS-CST-003", 1)).endswith("More on a requirement: opentokenomics explain OTS-CST-003\n")
