"""The command that prices usage."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from calls import tokens, written

Invoke = Callable[..., tuple[int, str, str]]


class TestCommand:
    def test_writes_priced_usage_and_says_what_was_left(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.csv", [tokens("a:1", 1000, x_note="n"), tokens("b:1", 5, model_id="no-such")])
        output = tmp_path / "priced.csv"
        code, out, err = invoke("price", str(file), "-o", str(output))
        assert (code, out) == (0, "")
        assert "2 records read: 1 priced, 1 have no price" in err
        assert "list cost: 0.001 USD" in err
        assert "warning: 1 records of 5 tokens have no price: the prices know no such model: no-such (1)." in err
        header, first, _ = output.read_text("utf-8").splitlines()
        found = dict(zip(header.split(","), first.split(","), strict=True))
        assert (found["list_cost"], found["x_note"]) == ("0.001", "n")

    def test_writes_nothing_where_it_fails(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1), tokens("a:1", 2)])
        code, _, err = invoke("price", str(file), "-o", str(tmp_path / "priced.jsonl"))
        assert code == 2
        assert "does not conform" in err
        assert not (tmp_path / "priced.jsonl").exists()

    @pytest.mark.parametrize("arguments", ["missing.jsonl", "a.jsonl --rates a.jsonl", "a.jsonl --assume x"])
    def test_says_what_is_wrong(self, arguments: str, invoke: Invoke) -> None:
        code, _, err = invoke("price", *arguments.split())
        assert code == 2
        assert "Traceback" not in err

    def test_takes_standard_output(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1000)])
        code, out, _ = invoke("price", str(file))
        assert code == 0
        assert json.loads(out)["list_cost"] == "0.001"
