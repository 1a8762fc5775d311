"""The whole portal as `make run` starts it, with a database and a data folder of its own, and a headless Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

START_SECONDS = 180


@dataclass(frozen=True)
class Portal:
    address: str
    password: str
    environment: dict[str, str]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def browser_database() -> Iterator[str]:
    """The address of an empty database on the server that DATABASE_URL names; a file where it names none."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield ""
        return
    name = f"portal_browser_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", address)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, browser_database: str) -> Iterator[Portal]:
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.base",
        "DATA_DIR": str(tmp_path_factory.mktemp("portal")),
        "DATABASE_URL": browser_database,
        "DEBUG": "0",
        "PYTHONUNBUFFERED": "1",
    }
    process = subprocess.Popen(
        [sys.executable, "manage.py", "start", "--port", str(port)],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        password = _password_printed_by(process)
        _wait_for(port)
        yield Portal(f"http://localhost:{port}", password, environment)
    finally:
        process.send_signal(signal.SIGTERM)
        remaining, _errors = process.communicate(timeout=60)
        assert remaining.endswith("Stopped.\n"), remaining


def _password_printed_by(process: subprocess.Popen) -> str:
    output: IO[str] = process.stdout  # type: ignore[assignment]
    too_long = threading.Timer(START_SECONDS, process.kill)
    too_long.start()
    lines = []
    try:
        for line in output:
            lines.append(line)
            if found := re.search(r"all with the password (\S+)", line):
                return found[1]
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
def log_in(page: Page, portal: Portal):
    def log_in(email: str, language: str = "en") -> None:
        page.goto(f"/{language}/login/")
        page.fill("#id_username", email)
        page.fill("#id_password", portal.password)
        page.click("main form button")
        page.wait_for_selector(".account-menu")

    return log_in
