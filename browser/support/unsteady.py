"""A site that changes, breaks and hides behind login pages, as those of the world do."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

Answer = tuple[int, str, bytes]
"""Status, type and body of an answer that is given instead of a file."""

LONG_AGO = 1_000_000_000
"""Files of this age are taken from a browser's own store for years, unless it asks after them."""


class Unsteady:
    """What is served: a copy of the playground, which tests may change, and the rest of the site as it is."""

    def __init__(self, site: Path, folder: Path) -> None:
        self.folder = folder / "1.0-draft"
        self.folder.mkdir()
        for each in site.iterdir():
            if each.name not in {"playground", "index.html"}:
                (self.folder / each.name).symlink_to(each)
        shutil.copytree(site / "playground", self.folder / "playground")
        shutil.copy(site / "index.html", self.folder)
        for path in self.folder.rglob("*"):
            if not path.is_symlink():
                os.utime(path, (LONG_AGO, LONG_AGO))
        self.instead: dict[str, Answer] = {}
        self.url = ""

    def change(self, path: str, edit: Callable[[str], str]) -> None:
        """Publishes another text of a file of the playground."""
        target = self.folder / "playground" / path
        before = target.read_text("utf-8")
        after = edit(before)
        assert after != before, path
        target.write_text(after, "utf-8")
        os.utime(target, (LONG_AGO + 1000, LONG_AGO + 1000))

    def answer(self, pattern: str, answer: Answer) -> None:
        """Answers what matches a pattern with something else than the file."""
        self.instead[pattern] = answer

    def find(self, path: str) -> Answer | None:
        """What is answered instead of a file."""
        return next((answer for pattern, answer in self.instead.items() if re.search(pattern, path)), None)


@contextmanager
def serving(unsteady: Unsteady) -> Iterator[Unsteady]:
    """Serves it as long as it is asked for."""

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = unsteady.find(self.path)
            if found is None:
                super().do_GET()
                return
            status, kind, body = found
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    top = str(unsteady.folder.parent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: Handler(*given, directory=top))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    unsteady.url = f"http://127.0.0.1:{server.server_port}/1.0-draft/"
    try:
        yield unsteady
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
