"""What every screen owes to those who look at it: no barrier that axe finds, and no sideways scrolling."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# All else is the same in both.
ONLY_COLOURS = "axe.run({ runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations'] })"


def violations(page: Page) -> list[str]:
    """What axe finds on the screen that is open, in light and in dark colours: ``colours, rule: element`` each."""
    page.wait_for_load_state()
    if page.locator("wagtail-userbar").count():
        # The editor's bar looks for the same on its own, and axe runs but once at a time.
        page.wait_for_load_state("networkidle")
        page.evaluate("window.axe && (window.axe._running = false)")
    found: dict[str, list[Any]] = {"light": Axe().run(page).response["violations"]}
    page.emulate_media(color_scheme="dark")
    found["dark"] = page.evaluate(ONLY_COLOURS)["violations"]
    page.emulate_media(color_scheme="light")
    return [
        f"{colours}, {violation['id']}: {node['html'][:160]}"
        for colours, violations in found.items()
        for violation in violations
        for node in violation["nodes"]
    ]


def screen_width(page: Page) -> int:
    """How wide the screen that is open is with all that stands on it, in pixels."""
    page.wait_for_load_state()
    return int(page.evaluate("document.documentElement.scrollWidth"))


def expect_to_fit_a_phone(page: Page) -> None:
    """At 360 pixels nothing has to be scrolled sideways; the window is as large as before afterwards."""
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    assert screen_width(page) == 360
    if size:
        page.set_viewport_size(size)
