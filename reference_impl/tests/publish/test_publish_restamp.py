"""A new name changes the bytes of files; what is stated of them follows, and stays as right or wrong as it was."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

restamp = pytest.importorskip("restamp", reason="needs the tools of a checkout")

OLD, NEW = "1.0-draft", "1.0"
PATTERN = re.compile(re.escape(OLD))
CONTENTS = st.lists(st.sampled_from([OLD, "a", "\r\n", "é", " 1.0 "]), max_size=6).map("".join)
FILES = st.dictionaries(st.sampled_from(["a.csv", "b/c.jsonl", "d.csv"]), CONTENTS.map(str.encode), min_size=1)
TRUE, OFF = st.just(0), st.integers(1, 3)


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def entry(path: str, content: bytes, off: int, *, is_tampered: bool) -> dict[str, Any]:
    stated = digest(content + b"!" * is_tampered)
    return {"path": path, "bytes": len(content) + off, "sha256": stated, "spec_version": OLD}


def claims(files: Mapping[str, bytes], manifest: str) -> list[tuple[int, bool]]:
    """For each entry by how much its size is off, and whether its digest is right."""
    entries = json.loads(files[manifest])["files"]
    contents = [files[manifest.removesuffix("manifest.json") + each["path"]] for each in entries]
    return [
        (each["bytes"] - len(content), each["sha256"] == digest(content))
        for each, content in zip(entries, contents, strict=True)
    ]


@st.composite
def bundles(draw: st.DrawFn) -> dict[str, bytes]:
    """A folder with a manifest, of which some is wrong, that lists a statement on the files beside it, too."""
    files = draw(FILES)
    inputs = [{"dataset": "usage", "sha256": digest(content)} for content in files.values()]
    files["statement.jsonl"] = json.dumps({"spec_version": OLD, "inputs": inputs}).encode()
    entries = [
        entry(path, content, draw(st.one_of(TRUE, OFF)), is_tampered=draw(st.booleans()))
        for path, content in files.items()
    ]
    spaced = draw(st.sampled_from([None, 2]))
    files["manifest.json"] = json.dumps({"spec_version": OLD, "files": entries}, indent=spaced).encode()
    return files


class TestBundles:
    @given(bundles())
    def test_what_is_stated_of_files_stays_as_right_as_it_was(self, files: dict[str, bytes]) -> None:
        before = {f"spec/{path}": content for path, content in files.items()}
        after = {**before, **restamp.renamed(before, PATTERN, NEW)}
        assert not any(OLD.encode() in content for content in after.values())
        for (off, is_right), (was_off, was_right) in zip(
            claims(after, "spec/manifest.json"), claims(before, "spec/manifest.json"), strict=True
        ):
            assert is_right is was_right
            assert bool(off) is bool(was_off)
        named = [each["sha256"] for each in json.loads(after["spec/statement.jsonl"])["inputs"]]
        plain = {digest(content) for content in after.values()}
        assert set(named) <= plain

    @given(FILES)
    def test_no_byte_changes_besides(self, files: dict[str, bytes]) -> None:
        for path, content in restamp.renamed(files, PATTERN, NEW).items():
            assert content == files[path].replace(OLD.encode(), NEW.encode()) != files[path]

    def test_what_is_no_text_is_left_alone(self) -> None:
        assert restamp.renamed({"picture.bin": b"\xff1.0-draft"}, PATTERN, NEW) == {}


class TestVectors:
    @given(bundles(), st.booleans())
    def test_the_files_of_a_vector_follow_too(self, files: dict[str, bytes], packed: bool) -> None:  # noqa: FBT001
        def held(path: str, content: bytes) -> dict[str, str]:
            encoded = {"base64": b64encode(content).decode()} if packed else {"text": content.decode()}
            return {"path": path, **encoded}

        place = "conformance/vectors/1.0/manifest/some.json"
        vector = {"id": "some", "input": {"files": [held(path, content) for path, content in files.items()]}}
        text = json.dumps(vector, indent=2, ensure_ascii=False) + "\n"
        (changed,) = restamp.renamed({place: text.encode()}, PATTERN, NEW).values()
        after = {
            file["path"]: b64decode(file["base64"]) if packed else file["text"].encode()
            for file in json.loads(changed)["input"]["files"]
        }
        assert after == {**files, **restamp.renamed(files, PATTERN, NEW)}
