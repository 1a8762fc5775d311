"""What readers do with events: find what they can follow, look through a month, read a programme on a phone."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens import screen_width, violations

ASSEMBLY = """
from datetime import datetime
from zoneinfo import ZoneInfo
from events.models import Room, SessionPerson, Track
from members.models import City
from practices.models import PracticeSheet
from tests.factories import EventPageFactory, SessionFactory

def at(hour, day=3):
    return datetime(2035, 5, day, hour, tzinfo=ZoneInfo("Europe/Berlin"))

sheet = PracticeSheet.objects.get(slug="ferm", locale__language_code="en")
page = EventPageFactory(
    title="Example assembly", slug="example-assembly", starts_at=at(9), ends_at=at(17, 4), time_zone="Europe/Berlin",
    city=City.objects.get(key="augsburg"), attendance="hybrid", spoken=["en"], latitude="48.3573", longitude="10.8830",
    interpreted=["it"], practices=[sheet.practice], step_free="yes", hearing_loop="on-request",
    body=[("paragraph", "<p>Members show what they have tried.</p>")],
)
rooms = [Room.objects.create(event=page.event, name=name, position=number) for number, name in enumerate("AB")]
track = Track.objects.create(event=page.event, name={"en": "Data"})
for title, start, end, more in (
    ("Opening", 9, 10, {"room": rooms[0], "interpreted": ["it"], "spoken": ["en"]}),
    ("Coffee", 10, 11, {"kind": "break"}),
    ("Lamps", 11, 13, {"room": rooms[0], "track": track, "spoken": ["it"], "practice": sheet.practice}),
    ("Tables", 11, 12, {"room": rooms[1], "spoken": ["de"], "is_cancelled": True}),
):
    session = SessionFactory(
        event=page.event, title={"en": title}, starts_at=at(start), ends_at=at(end), day=at(9).date(), **more
    )
    SessionPerson.objects.create(session=session, name="Ada Example", city=City.objects.get(key="turin"))
SessionFactory(event=page.event, title={"en": "Farewell"}, day=at(9, 4).date(), room=rooms[0])
EventPageFactory(
    title="Example conference", slug="example-conference", starts_at=at(10, 17), ends_at=at(11, 17), spoken=["en"],
    attendance="online", status="cancelled", status_note={"en": "The speaker is ill."},
)
EventPageFactory(title="Example visit", slug="example-visit", starts_at=at(10, 17), ends_at=at(11, 17), precision="month")
print(page.event.pk)
"""


@pytest.fixture(scope="module")
def assembly(portal):
    """The number of an event with a programme, in May 2035, when others are cancelled or without days."""
    return int(portal.run(ASSEMBLY))


def pages_of(assembly):
    return [
        "/en/events/",
        "/en/events/?month=2035-05",
        "/en/events/example-assembly/",
        "/en/events/example-conference/",
        "/de/events/example-assembly/",
        f"/en/meetings/{assembly}/programme/",
        f"/en/meetings/{assembly}/programme/?view=room&language=it",
        f"/en/meetings/{assembly}/programme/?view=room",
        f"/it/meetings/{assembly}/programme/?view=track",
    ]


def test_axe_finds_nothing_on_events(page, assembly):
    found = []
    for path in pages_of(assembly):
        page.goto(path)
        found += [f"{path} {violation}" for violation in violations(page)]
    assert found == []


@pytest.mark.parametrize("width", [360, 320])
def test_events_fit_a_phone_and_a_screen_at_400_percent(page, assembly, width):
    page.set_viewport_size({"width": width, "height": 740})
    widths = {}
    for path in pages_of(assembly):
        page.goto(path)
        widths[path] = screen_width(page)
    assert widths == dict.fromkeys(pages_of(assembly), width)


def test_officer_of_turin_finds_what_can_be_followed_in_italian(page, assembly):
    page.goto("/it/eventi/")
    page.select_option("#filter-language", "it")
    page.click("main .filters button")
    page.wait_for_url("**/it/eventi/?language=it")
    expect(page.locator(".active-filter")).to_contain_text("italiano")
    expect(page.locator("main .event-item")).to_have_count(1)
    page.click("text=Example assembly")
    page.locator(".programme-ways a").last.click()
    expect(page.locator("#filter-language")).to_have_value("it")
    expect(page.locator(".session__title")).to_have_text(["Opening", "Coffee", "Lamps", "Farewell"])
    page.locator(".notice details summary").click()
    expect(page.locator(".notice details li a")).to_have_text(["Tables"])
    page.click("text=Lamps")
    expect(page.locator("h1")).to_have_text("Lamps")
    page.locator('a[rel="prev"]').click()
    expect(page.locator("h1")).to_have_text("Coffee")


def test_programme_works_without_scripts(chromium, portal, assembly):
    context = chromium.new_context(base_url=portal.address, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"/en/meetings/{assembly}/programme/")
    page.select_option("#filter-language", "de")
    page.click("main .filters button")
    expect(page.locator(".session__title")).to_have_text(["Coffee", "Tables cancelled"])
    page.locator(".views a", has_text="By room").click()
    expect(page.locator("#filter-language")).to_have_value("de")
    context.close()


def test_rooms_are_a_table_where_there_is_room_and_a_list_elsewhere(page, assembly):
    page.goto(f"/en/meetings/{assembly}/programme/?view=room")
    expect(page.get_by_role("columnheader")).to_have_text(["Start", "A", "B"])
    expect(page.locator(".programme-lists")).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    expect(page.get_by_role("columnheader")).to_have_count(0)
    expect(page.locator(".programme-lists")).to_be_visible()


def press_until(page, selector, key="Tab", most=80):
    for _step in range(most):
        page.keyboard.press(key)
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} does not get the focus")


def test_month_is_read_by_keyboard(page, assembly):
    page.goto("/en/events/?month=2035-04")
    press_until(page, '.month__ways a[rel="next"]')
    page.keyboard.press("Enter")
    expect(page.locator("#month")).to_have_text("May 2035")
    expect(page.locator(".month__without-day a")).to_have_text("Example visit")
    press_until(page, ".month__grid a")
    days = page.locator(".month__grid td", has=page.locator("a"))
    expect(days.locator("time")).to_contain_text(["3 May 2035", "4 May 2035", "17 May 2035"])
    expect(days.last).to_contain_text("cancelled: Example conference")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Example assembly")


def test_marks_of_a_month_can_be_hit_on_a_phone(page, assembly):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/en/events/?month=2035-05")
    sizes = page.locator(".month__grid a").evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
    assert [size for size in sizes if size["width"] < 24 or size["height"] < 24] == []
    expect(page.get_by_role("link", name="Example assembly")).to_have_count(3)


def test_printed_programme_has_a_sheet_of_paper_for_each_day(page, assembly, tmp_path):
    from pypdf import PdfReader

    page.goto(f"/en/meetings/{assembly}/programme/")
    page.pdf(path=str(tmp_path / "programme.pdf"), format="A4")
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "programme.pdf").pages]
    assert ["Thursday, 3 May 2035" in sheets[0], "Friday, 4 May 2035" in sheets[1], len(sheets)] == [True, True, 2]
    assert "Show" not in sheets[0]
