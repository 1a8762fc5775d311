"""Two places, one for each city, three people who want them: in their own languages, from the form to the offer."""

import pytest
from playwright.sync_api import expect

from tests.browser.letters import letters_to
from tests.browser.screens import expect_to_fit_a_phone, violations

pytestmark = pytest.mark.database

BY_THE_CLOCK = (
    "from events.actions.places import lapse_offers; from notifications.actions import deliver_mail; "
    "lapse_offers(); deliver_mail.func()"
)

SET_UP = """
from datetime import timedelta
from django.utils import timezone
from wagtail.models import Locale
from events.models import Event, EventIndexPage, EventPage, Question
from members.accounts import confirm_address
from members.models import City, User
import uuid
start = timezone.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=40)
key = uuid.uuid4()
unknown = dict.fromkeys(("step_free", "accessible_toilet", "hearing_loop", "quiet_room", "sign_language"), "unknown")
event = Event(
    translation_key=key, status="confirmed", starts_at=start, ends_at=start + timedelta(hours=3),
    time_zone="Europe/Paris", registration_mode="here", capacity=2, places_per_city=1,
    access_contact="access@example.org", **unknown,
)
event.full_clean()
event.save()
Question.objects.create(event=event, kind="diet", label={"en": "Lunch", "de": "Mittagessen"}, erase_on=event.last_day)
locale = Locale.objects.get(language_code="en")
page = EventPage(title="Small visit", slug="small-visit", locale=locale, translation_key=key, event=event)
EventIndexPage.objects.get(locale=locale).add_child(instance=page)
cities = list(City.objects.order_by("pk")[:3])
for language, city in zip(("nl", "it", "de"), cities):
    person = User.objects.create_user(
        f"visitor-{language}@example.org", PASSWORD, first_name="Visitor", last_name=language, city=city,
        languages=[language],
    )
    confirm_address(person)
print(event.pk)
"""


@pytest.fixture(scope="module")
def number(portal):
    """The number of an event with two places, one for each city."""
    return int(portal.run(SET_UP.replace("PASSWORD", repr(portal.password))))


def test_three_cities_two_places_and_an_offer_that_is_accepted(page, log_in, context, portal, number):
    def register(language):
        log_in(f"visitor-{language}@example.org", language)
        page.goto(f"/{language}/meetings/{number}/")
        page.click(".registration a.button")
        page.fill("[name^=question_]", "Everything")
        assert violations(page) == []
        expect_to_fit_a_phone(page)
        page.click("main .form button[type=submit]")
        expect(page.locator(".registration__state")).to_be_visible()
        assert violations(page) == []
        expect_to_fit_a_phone(page)
        is_in = page.locator(".registration__state--in").count() == 1
        context.clear_cookies()
        return is_in

    assert [register(language) for language in ("nl", "it", "de")] == [True, True, False]

    # One of those who have a place gives it back, by the link.
    log_in("visitor-it@example.org", "it")
    page.goto(f"/it/meetings/{number}/")
    page.click(".registration__ways a:last-child")
    assert violations(page) == []
    page.click("main form.actions button")
    expect(page.locator(".messages")).to_be_visible()
    context.clear_cookies()

    # The one who waits finds the offer, on the page and in a letter.
    log_in("visitor-de@example.org", "de")
    page.goto(f"/de/meetings/{number}/")
    expect(page.locator("button[value=yes]")).to_be_visible()
    assert violations(page) == []
    portal.run_by_the_clock(BY_THE_CLOCK)
    assert len(letters_to(portal, "visitor-de@example.org")) == 2
    page.click("button[value=yes]")
    expect(page.locator(".registration__state--in")).to_be_visible()
    page.goto("/de/meetings/mine/")
    expect(page.locator(".event-item")).to_have_count(1)
    assert violations(page) == []
    expect_to_fit_a_phone(page)


def test_coordinator_sees_who_comes_and_keeps_the_rules(page, log_in, number):
    log_in("coordinator@example.org")
    for path in ("registration/", "registration/questions/new/", "people/", "people/add/"):
        page.goto(f"/en/meetings/{number}/manage/{path}")
        assert violations(page) == []
        expect_to_fit_a_phone(page)
    page.goto(f"/en/meetings/{number}/manage/people/add/")
    page.fill("#id_name", "Ada Guest")
    page.fill("#id_email", "ada@example.org")
    page.select_option("#id_city", index=1)
    page.click("main .form button[type=submit]")
    expect(page.locator(".person-row", has_text="Ada Guest")).to_have_count(1)
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.goto(f"/en/meetings/{number}/manage/registration/")
    page.locator(".desk-form").evaluate("form => { form.noValidate = true }")
    page.fill("#id_capacity", "0")
    page.click(".desk-form button[type=submit]")
    expect(page.locator(".field--wrong")).to_contain_text("a place already: at least as many places are needed")
    assert violations(page) == []
