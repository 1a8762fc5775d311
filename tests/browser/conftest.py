"""The whole portal as `make run` starts it, with a database and a data folder of its own, and a headless Chromium."""

import os
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from portal.processes import commands
from tests import clock
from tests.browser.shell import Shell
from tests.database import copy_migrated_tables
from tests.own_process import copy_database, empty_database

START_SECONDS = 180
UNTIL_NOTHING_WAITS = f"""
import time
from django_tasks_db.models import DBTaskResult
deadline = time.monotonic() + {START_SECONDS}
while DBTaskResult.objects.ready().exists() or DBTaskResult.objects.running().exists():
    assert time.monotonic() < deadline, "The worker does not come to an end."
    time.sleep(0.1)
"""
# Machines that run these tests are slow at times, and what is there is there at once.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module", autouse=True)
def _real_clock() -> Iterator[None]:
    """Browser and portal are processes of their own."""
    with clock.real():
        yield


@dataclass(frozen=True)
class Portal:
    address: str
    password: str
    environment: dict[str, str]
    sessions: dict[str, list[Any]] = field(default_factory=dict)
    """The cookies of those who have logged in, by address of mail."""

    @cached_property
    def shell(self) -> Shell:
        return Shell(self.environment)

    def run(self, code: str, *arguments: str) -> str:
        """What ``code`` prints in this portal: it makes what no screen makes."""
        return self.shell.run(code, *arguments)

    def run_by_the_clock(self, code: str) -> str:
        """What ``code`` prints, which does what the worker does by the clock: after all that is due, and with all that
        follows from it."""
        self.wait_for_worker()
        output = self.run(code)
        self.wait_for_worker()
        return output

    def wait_for_worker(self) -> None:
        """Until it has done all that is due. Raises AssertionError where that does not come to an end."""
        self.run(UNTIL_NOTHING_WAITS)

    def close(self) -> None:
        if "shell" in vars(self):
            self.shell.close()

    def log_in(self, context: BrowserContext, email: str, *, language: str = "en", page: Page | None = None) -> None:
        """Log in as people do; later the browser is given the session that is there, as long as it lasts.

        The ``page`` that is open then, or one of its own, shows where the login led.
        """
        if cookies := self.sessions.get(email):
            context.add_cookies(cookies)
            if context.request.get(f"/{language}/profile/", max_redirects=0).ok:
                return
        # Whoever is logged in is led on from the login.
        context.clear_cookies()
        own = page or context.new_page()
        own.goto(f"/{language}/login/")
        own.fill("#id_login", email)
        own.fill("#id_password", self.password)
        own.click("main form button")
        own.wait_for_selector(".account-menu")
        self.sessions[email] = context.cookies()
        if page is None:
            own.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Data:
    """The folder of a portal, and the address of its database: none where this is a file in the folder."""

    folder: Path
    database: str = ""

    @property
    def file(self) -> Path:
        return self.folder / "portal.sqlite3"

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.database,
            "DEBUG": "0",
            "PYTHONUNBUFFERED": "1",
            "REPLY_ADDRESS": "replies@portal.example.org",
        }

    def copy(self, to: "Data") -> None:
        shutil.copytree(self.folder, to.folder)
        if self.database:
            copy_database(self.database, to=to.database)

    def copy_into_running(self, to: "Data") -> None:
        """Put everything but uploaded files into the place of what a portal has that goes on meanwhile.

        For SQLite; nothing may wait in the queue. The index is put beside the one in use, as when it is built anew.
        """
        index = (self.folder / "search" / "current").read_text()
        name = f"index-{secrets.token_hex(8)}"
        shutil.copytree(self.folder / "search" / index, to.folder / "search" / name)
        with closing(sqlite3.connect(self.file)) as source, closing(sqlite3.connect(to.file, timeout=60)) as target:
            source.backup(target)
        pointer = to.folder / "search" / "current.copied"
        pointer.write_text(name)
        pointer.replace(to.folder / "search" / "current")
        shutil.rmtree(to.folder / "cache", ignore_errors=True)
        for letters in (to.folder / "outgoing-mail").glob("*"):
            letters.unlink()


@pytest.fixture(scope="session")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    """What a portal is that has started for the first time, as `make run` starts it, and was stopped."""
    folder = tmp_path_factory.mktemp("first-start") / "data"
    with empty_database("portal_first_start", otherwise="") as database:
        data = Data(folder, database)
        if not database:
            folder.mkdir()
            with closing(sqlite3.connect(data.file)) as tables:
                copy_migrated_tables(tables)
        port = free_port()
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start", "--port", str(port)],
            cwd=settings.BASE_DIR,
            env=data.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            _wait_for_the_greeting(process)
            _wait_for(port)
            started_first = Portal(f"http://localhost:{port}", "", data.environment())
            started_first.wait_for_worker()
            started_first.close()
        finally:
            process.send_signal(signal.SIGTERM)
            remaining, _errors = process.communicate(timeout=60)
            assert remaining.endswith("Stopped.\n"), remaining
        yield data


@contextmanager
def started(data: Data, log: Path) -> Iterator[Portal]:
    """The processes of a portal, without what comes before them at a start."""
    port, password = free_port(), secrets.token_urlsafe(9)
    environment = {**data.environment(), "DEMO_PASSWORD": password}
    with log.open("w") as output:
        processes = [
            subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=output, stderr=output)
            for command in commands("127.0.0.1", port).values()
        ]
    try:
        _wait_for(port)
        yield Portal(f"http://localhost:{port}", password, environment)
    finally:
        for process in processes:
            process.terminate()
        assert [process.wait(60) for process in processes] == [0, 0], log.read_text()


@pytest.fixture(scope="session")
def running(first_start: Data, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Data, Portal]]:
    """A portal for one file of journeys after the other."""
    folder = tmp_path_factory.mktemp("portal")
    data = Data(folder / "data")
    first_start.copy(to=data)
    with started(data, folder / "log") as portal:
        yield data, portal
        portal.close()


@pytest.fixture(scope="module")
def portal(
    request: pytest.FixtureRequest, first_start: Data, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """Each file of journeys finds the portal as if nobody had been there before."""
    if first_start.database:
        # A database in use cannot be put into the place of another: the processes begin anew as well.
        folder = tmp_path_factory.mktemp("portal")
        with empty_database("portal_browser", otherwise="") as database:
            data = Data(folder / "data", database)
            first_start.copy(to=data)
            with started(data, folder / "log") as portal:
                yield portal
                portal.close()
        return
    data, running = request.getfixturevalue("running")
    running.wait_for_worker()
    first_start.copy_into_running(data)
    running.sessions.clear()
    yield running


def _wait_for_the_greeting(process: subprocess.Popen) -> None:
    output: IO[str] = process.stdout  # type: ignore[assignment]
    too_long = threading.Timer(START_SECONDS, process.kill)
    too_long.start()
    lines = []
    try:
        for line in output:
            lines.append(line)
            if "all with the password" in line:
                return
    finally:
        too_long.cancel()
    raise AssertionError("The portal did not start:\n" + "".join(lines))


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("The web server does not answer.")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        message = "The browser tests need Chromium: install it (Debian: apt install chromium), or name it in CHROMIUM."
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, portal: Portal) -> Iterator[BrowserContext]:
    context = chromium.new_context(base_url=portal.address, locale="en", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page on which every error of a script and every refusal of the content security policy fails the test."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None,
    )
    yield page
    assert [problem for problem in problems if "/cms/" not in page.url] == []


@pytest.fixture
def log_in(page: Page, portal: Portal) -> Callable[..., None]:
    def log_in(email: str, language: str = "en") -> None:
        portal.log_in(page.context, email, language=language, page=page)

    return log_in
