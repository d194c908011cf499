"""What the tests of the site share: the built site on this machine's own address, and pages that forgive nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from traffic import Opener, Traffic

ROOT = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
# Material sets its colours in a script of its pages. Nothing is made of text, and nothing comes from elsewhere.
POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'self'; form-action 'none'"
)
PREFIX = "1.0-draft"
"""Every version of the site is served below its name, so an address that begins at the top leads nowhere."""


class Handler(SimpleHTTPRequestHandler):
    """Serves files, with a policy that browsers enforce."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        """Adds the policy to every answer."""
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Lets another folder be tested than the one that ``make docs`` fills."""
    parser.addoption("--site", type=Path, default=ROOT / "site", help="the folder of the built site")


@pytest.fixture(scope="session")
def site_folder(request: pytest.FixtureRequest) -> Path:
    """The built site, as files."""
    folder: Path = request.config.getoption("--site").resolve()
    if not (folder / "index.html").is_file():
        raise pytest.UsageError(f"{folder} has no site. Run `make docs` first.")
    return folder


@pytest.fixture(scope="session")
def site(site_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the built site is served, with a slash at the end."""
    top = tmp_path_factory.mktemp("top")
    (top / PREFIX).symlink_to(site_folder)
    (top / "versions.json").write_text(f'[{{"version": "{PREFIX}", "title": "{PREFIX}", "aliases": ["latest"]}}]')
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(top)))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{PREFIX}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    if CHROMIUM is None:
        raise pytest.UsageError("Chromium is not there. Install it, for instance with `apt-get install chromium`.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def traffic() -> Traffic:
    """What the pages of this test ask for and complain of; what is expected can be taken out of it."""
    return Traffic()


@pytest.fixture
def open_page(browser: Browser, site: str, traffic: Traffic) -> Iterator[Opener]:
    """Opens a page in a context with the options that are named (``color_scheme``, ``viewport``, ...).

    Afterwards no page may have complained of anything, or have asked another host for anything.
    """
    contexts: list[BrowserContext] = []

    def opened(**options: object) -> Page:
        context = browser.new_context(base_url=site, **options)  # type: ignore[arg-type]  # named by the test
        context.set_default_timeout(20_000)
        contexts.append(context)
        traffic.watch(context)
        return context.new_page()

    yield opened
    for context in contexts:
        try:
            context.close()
        except Error as error:  # a browser that is gone says why itself
            traffic.complaints.append(str(error))
    host = site.removesuffix(f"{PREFIX}/")
    assert [each.url for each in traffic.requests if not each.url.startswith((host, "data:", "blob:"))] == []
    assert traffic.complaints == []


@pytest.fixture
def page(open_page: Opener) -> Page:
    """A page in a window of the usual size, in light colours."""
    return open_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
