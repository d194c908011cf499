"""Calls a version by another name in files, and mends what depends on their bytes.

A manifest states sizes and digests of files, a statement digests of its inputs, and a vector holds whole files. When a
name in a file changes, all of these have to follow it, and what was wrong on purpose has to stay wrong.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

Contents = Mapping[str, bytes]
"""Files by their paths."""

MANIFEST = "manifest.json"
_DIGEST = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_ENTRY = re.compile(rb"\{[^{}]*\}")
_VECTOR = re.compile(r"conformance/vectors/[^/]+/[^/]+/[^/]+[.]json")


def renamed(before: Contents, pattern: re.Pattern[str], name: str) -> dict[str, bytes]:
    """The files that change where what matches the pattern becomes the name, with sizes and digests that follow."""
    after = {path: _renamed(path, content, pattern, name) for path, content in before.items()}
    return {path: content for path, content in stamped(before, after).items() if content != before[path]}


def stamped(before: Contents, after: Contents) -> dict[str, bytes]:
    """The new files, with the new size or digest wherever they state the old one of a file among them.

    What a file states of itself or of nothing here is left alone, and so is a size that was another one before.
    """
    found = dict(after)
    while True:
        digests = {_digest(before[path]): _digest(found[path]) for path in found if before[path] != found[path]}
        sizes = {path: (len(before[path]), len(content)) for path, content in found.items()}
        # Digests of digests: a manifest lists statements, which name their inputs.
        following = {path: _stamped(path, content, digests, sizes) for path, content in after.items()}
        if following == found:
            return found
        found = following


def _stamped(path: str, content: bytes, digests: Mapping[bytes, bytes], sizes: Mapping[str, tuple[int, int]]) -> bytes:
    folder, name = PurePosixPath(path).parent, PurePosixPath(path).name
    if name == MANIFEST:
        content = _ENTRY.sub(lambda entry: _resized(entry[0], folder, sizes), content)
    return _DIGEST.sub(lambda digest: digests.get(digest[0], digest[0]), content)


def _resized(entry: bytes, folder: PurePosixPath, sizes: Mapping[str, tuple[int, int]]) -> bytes:
    """An entry of a manifest with the new size of its file, unless it stated another one than the old."""
    try:
        stated = json.loads(entry)
        old, new = sizes[str(folder / stated["path"])]
    except (ValueError, KeyError, TypeError):
        return entry
    return re.sub(rb'("bytes":\s*)%d\b' % old, rb"\g<1>%d" % new, entry)


def _digest(content: bytes) -> bytes:
    return sha256(content).hexdigest().encode()


def _renamed(path: str, content: bytes, pattern: re.Pattern[str], name: str) -> bytes:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content
    if not _VECTOR.fullmatch(path):
        return pattern.sub(name, text).encode()
    changed = json.loads(pattern.sub(name, text))
    _rename_files(changed["input"], json.loads(text)["input"], pattern, name)
    return (json.dumps(changed, indent=2, ensure_ascii=False) + "\n").encode()


def _rename_files(given: Any, original: Any, pattern: re.Pattern[str], name: str) -> None:  # noqa: ANN401 - JSON
    """Renames within the files of a vector, in Base64 too."""
    before = {file["path"]: _content(file) for file in original.get("files", ())}
    # Of any bytes a text and back: a name is ASCII, and so is what stands around it.
    plain = {path: pattern.sub(name, content.decode("latin-1")).encode("latin-1") for path, content in before.items()}
    after = stamped(before, plain)
    for file in given.get("files", ()):
        content = after[file["path"]]
        file.update({"text": content.decode()} if "text" in file else {"base64": b64encode(content).decode()})


def _content(file: Mapping[str, str]) -> bytes:
    return file["text"].encode() if "text" in file else b64decode(file["base64"])
