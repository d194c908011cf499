"""Imported by a Python process at its start: notes what it does that a command has no business doing, and its memory.

The folder of this file goes on PYTHONPATH. HOSTILE_NOTES names the file for the notes, HOSTILE_PLACES the folders
(ending in a slash) and files that may be written to, one on each line. Each note is a line: ``did`` and an audit event,
or, when the process ends, ``peak`` and the kilobytes of memory that it had at most.
"""

from __future__ import annotations

import atexit
import os
import re
import sys

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_FOREIGN = re.compile(
    r"socket\.|subprocess\.|os\.(system|exec|fork|posix_spawn|spawn|kill|setxattr|mkfifo)|ctypes\.dlopen|"
    r"ftplib\.|urllib\.|http\.|smtplib\.|webbrowser\.|pickle\.find_class|syslog\.|sqlite3\."
)
_PATHS_OF = {
    **dict.fromkeys(["os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod", "os.chown", "os.utime"], (0,)),
    **dict.fromkeys(["os.symlink", "os.link"], (1,)),
    "os.rename": (0, 1),
}

_WITHOUT_FOLDER = {"os.truncate"}


class _Watch:
    def __init__(self, notes: str, places: list[str]) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._folders = tuple(place for place in places if place.endswith("/"))
        self._files = {place for place in places if not place.endswith("/")}

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        paths: list[object] = []
        if event == "open":
            path, _, flags = arguments
            paths = [path] if isinstance(flags, int) and flags & _WRITING else []
        elif event in _PATHS_OF and (event in _WITHOUT_FOLDER or arguments[-1] in {-1, None}):
            # Else they are relative to a folder that was opened.
            paths = [arguments[place] for place in _PATHS_OF[event]]
        foreign = _FOREIGN.match(event) and arguments != (None,)  # the process itself is no foreign library
        if foreign or not all(self._is_allowed(path) for path in paths):
            os.write(self._notes, f"did {event} {arguments!r:.300}\n".encode("utf-8", "backslashreplace"))

    def _is_allowed(self, path: object) -> bool:
        if path is None or isinstance(path, int):
            return True
        folder, name = os.path.split(os.path.abspath(os.fsdecode(path)))  # type: ignore[arg-type] # noqa: PTH100
        whole = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118
        unfinished = re.fullmatch(r"\.(.+)\.[0-9a-z_]+\.part", name, re.DOTALL)
        if unfinished:
            return any(place.startswith(os.path.join(folder, unfinished[1])) for place in self._files)  # noqa: PTH118
        return whole in self._files or whole.startswith(self._folders)

    def note_memory(self) -> None:
        with open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123
            (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM:"))
        os.write(self._notes, f"peak {peak}\n".encode())


if os.environ.get("HOSTILE_NOTES"):
    _watch = _Watch(os.environ["HOSTILE_NOTES"], os.environ["HOSTILE_PLACES"].split("\n"))
    sys.addaudithook(_watch)
    if sys.platform == "linux":
        atexit.register(_watch.note_memory)
