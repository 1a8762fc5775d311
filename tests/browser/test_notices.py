"""A member follows a city, learns of a post in the inbox and by mail, and stops the letters without a login."""

import re

from playwright.sync_api import expect

from tests.browser.letters import letters_to, text_of
from tests.browser.screens import violations

MEMBER, COORDINATOR = "member@example.org", "coordinator@example.org"
WORD = "quokka"
BY_THE_CLOCK = (
    "from notifications.actions import deliver_mail; from notifications.digests import send_due_digests, "
    "send_waiting_at_once; from datetime import timedelta; from django.utils import timezone; "
    "send_waiting_at_once.func(); send_due_digests(timezone.now() + timedelta(days=1)); deliver_mail.func()"
)


def letters_with(portal, word):
    """What the portal does once a minute, as if it were tomorrow; then the member's letters with ``word`` in them."""
    portal.run_by_the_clock(BY_THE_CLOCK)
    return [letter for letter in letters_to(portal, MEMBER) if word in text_of(letter)]


def write_post(log_in, page):
    """The coordinator opens a discussion in the demonstration's working group."""
    log_in(COORDINATOR)
    page.goto("/en/")
    page.locator(".site-menu a", has_text="Working groups").click()
    page.locator("main a", has_text="Innovation").first.click()
    page.locator("a", has_text="Open a discussion").click()
    page.fill("#id_title", f"About the {WORD}")
    page.fill("#id_text", f"Has anybody seen a **{WORD}**?")
    page.locator("main form.form button[type=submit]:not([name])").click()
    expect(page.locator("h1")).to_have_text(f"About the {WORD}")


def test_member_hears_of_a_post_in_the_inbox_and_by_mail_and_stops_the_letters(portal, page, context, log_in):
    write_post(log_in, page)
    context.clear_cookies()

    log_in(MEMBER)
    expect_in_inbox(page)
    (letter,) = letters_with(portal, WORD)
    text = text_of(letter)
    assert f"> Has anybody seen a **{WORD}**?" in text
    # Asked again, it does not come again.
    assert len(letters_with(portal, WORD)) == 1

    # Read in the inbox, it is read.
    page.locator(".inbox-topic", has_text=WORD).locator("button").click()
    expect(page.locator(".inbox-topic", has_text=WORD).locator(".inbox-line__mark")).to_have_count(0)

    # The letter is in the member's language, Dutch.
    stop = re.search(r"<http://[^/]+/nl(/mail/stop/[^>]+)>\s*$", text.strip())[1]
    context.clear_cookies()
    page.goto(f"/en{stop}")
    expect(page.locator("h1")).to_have_text("Stop these letters?")
    page.locator("main button").click()
    expect(page.locator("h1")).to_have_text("No more letters")


def expect_in_inbox(page):
    """The queue writes the notice within moments."""
    for _attempt in range(60):
        page.goto("/en/mail/inbox/")
        if page.locator(".inbox-topic", has_text=WORD).count():
            break
        page.wait_for_timeout(500)
    expect(page.locator(".inbox-topic", has_text=WORD)).to_contain_text("Has anybody seen")
    assert violations(page) == []


def test_member_follows_a_city_and_says_which_letters_come(portal, page, log_in):
    log_in(MEMBER)
    page.goto("/en/cities/turin/")
    page.locator(".follow button", has_text="Follow").click()
    expect(page.locator(".messages")).to_contain_text("You follow “Turin” now.")
    expect(page.locator(".follow__state")).to_have_text("You follow this.")
    page.goto("/en/mail/following/")
    expect(page.locator(".following__item", has_text="Turin")).to_have_count(1)
    assert violations(page) == []
    page.goto("/en/mail/")
    page.select_option("select[name=post]", "monthly")
    page.select_option("select[name=hour]", "17")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("What you get by mail is saved.")
    expect(page.locator("select[name=post]")).to_have_value("monthly")
    expect(page.locator("select[name=hour]")).to_have_value("17")
    assert violations(page) == []
