"""The watcher that these tests rely on sees what it is to see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from watched import WATCH

_SEEN = {
    "open('outside', 'w')": "did open",
    "open('outside', 'a')": "did open",
    "import os; os.open('outside', os.O_CREAT | os.O_WRONLY)": "did open",
    "import pathlib; pathlib.Path('outside').mkdir()": "did os.mkdir",
    "import os; os.remove('old')": "did os.remove",
    "import os; os.rename('old', 'new')": "did os.rename",
    "import os; os.rename('old', 'inside/new')": "did os.rename",
    "import os; os.symlink('old', 'link')": "did os.symlink",
    "import os; os.truncate('old', 0)": "did os.truncate",
    "import os; os.chmod('old', 0)": "did os.chmod",
    "open('inside/../outside', 'w')": "did open",
    "open('inside/link/new', 'w')": "did open",
    "import socket; s = socket.socket(); s.settimeout(0); s.connect_ex(('127.0.0.1', 9))": "did socket.connect",
    "import socket; socket.socket().bind(('127.0.0.1', 0))": "did socket.bind",
    "import socket; socket.getaddrinfo('localhost', 1)": "did socket.getaddrinfo",
    "import subprocess; subprocess.run(['true'])": "did subprocess.Popen",
    "import os; os.system('true')": "did os.system",
    "import ctypes; ctypes.CDLL('libc.so.6')": "did ctypes.dlopen",
    "import os; os.kill(os.getpid(), 0)": "did os.kill",
}
_ALLOWED = [
    "open('old').read()",
    "open('inside/new', 'w').write('a')",
    "open('named', 'w')",
    "open('.named.a1b2.part', 'w')",
    "import os; os.mkdir('inside/new'); os.rmdir('inside/new')",
]


def _notes(code: str, folder: Path) -> str:
    for name in ("inside", "elsewhere"):
        (folder / name).mkdir()
    (folder / "inside" / "link").symlink_to(folder / "elsewhere")
    (folder / "old").write_text("a")
    notes = folder / "notes"
    environment = {
        **os.environ,
        "HOSTILE_NOTES": str(notes),
        "HOSTILE_PLACES": f"{folder.resolve()}/inside/\n{folder.resolve()}/named",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(WATCH),
    }
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True, timeout=60)
    return notes.read_text("utf-8")


@pytest.mark.skipif(sys.platform != "linux", reason="the names of some of these are those of Linux")
@pytest.mark.parametrize("code", _SEEN)
def test_it_notes_what_a_command_has_no_business_doing(code: str, tmp_path: Path) -> None:
    assert _SEEN[code] in _notes(code, tmp_path)


@pytest.mark.parametrize("code", _ALLOWED)
def test_it_lets_pass_what_was_asked_for(code: str, tmp_path: Path) -> None:
    notes = _notes(code, tmp_path)
    assert "did " not in notes
    assert sys.platform != "linux" or "peak " in notes
