"""A coordinator announces the assembly of Augsburg by its month, fixes the days, and builds the programme."""

import re

from playwright.sync_api import expect

from tests.browser.screens import screen_width, violations

ACCESS = ("step_free", "accessible_toilet", "hearing_loop", "quiet_room", "sign_language")


def add_session(page, title, start, end, *, interpreted=()):
    page.get_by_role("link", name="Add a session", exact=True).click()
    page.fill("[name=title_en]", title)
    page.fill("#id_start", start)
    page.fill("#id_end", end)
    page.select_option("#id_room", label="Großer Saal")
    page.locator("[name=spoken][value=de]").check()
    for code in interpreted:
        page.locator(f"[name=interpreted][value={code}]").check()
    page.fill("[name=people-0-name]", "A guest of the assembly")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/manage/programme/#session-\d+$"))


def test_assembly_is_announced_by_its_month_and_gets_a_programme(page, log_in):
    log_in("coordinator@example.org")
    page.goto("/en/events/")
    page.get_by_role("link", name="Announce an event").click()
    assert violations(page) == []
    page.fill("#id_title", "Another assembly")
    page.get_by_label("the month only").check()
    expect(page.locator("#id_from_time")).to_be_hidden()
    page.fill("#id_from_day", "2030-05-06")
    page.select_option("#id_time_zone", "Europe/Berlin")
    page.select_option("#id_city", label="Augsburg (Germany)")
    page.get_by_role("button", name="Begin the event").click()
    page.wait_for_url(re.compile(r"/meetings/\d+/manage/$"))
    expect(page.locator("main")).to_contain_text("Before you can announce it, say:")
    assert violations(page) == []

    # What is missing leads to its field.
    page.get_by_role("link", name="Step-free way in").click()
    expect(page).to_have_url(re.compile(r"/manage/facts/#id_step_free$"))
    for name in ACCESS:
        page.select_option(f"#id_{name}", "unknown")
    page.fill("#id_access_contact", "access@example.org")
    page.locator(".desk-save button").click()
    page.get_by_role("link", name="Announce it").click()
    page.get_by_role("button", name="Announce it").click()
    expect(page.locator(".messages")).to_contain_text("The event is announced.")
    page.get_by_role("link", name="See").click()
    expect(page.locator("h1")).to_have_text("Another assembly")
    expect(page.locator("main")).to_contain_text("May 2030")

    # The days are fixed; French and English are promised.
    page.get_by_role("link", name="Look after this event").click()
    page.get_by_role("link", name="Facts").click()
    assert violations(page) == []
    page.get_by_label("the days", exact=True).check()
    page.fill("#id_from_day", "2030-05-06")
    page.fill("#id_to_day", "2030-05-07")
    page.locator("[name=interpreted][value=fr]").check()
    page.locator("[name=interpreted][value=en]").check()
    page.locator(".desk-save button").click()
    expect(page.locator(".manage-header")).to_contain_text("6–7 May 2030")

    page.get_by_role("link", name="Programme", exact=True).click()
    page.get_by_role("link", name="Rooms and tracks").click()
    assert violations(page) == []
    page.fill("#id_rooms-0-name", "Großer Saal")
    page.locator("[name=save][value=rooms]").click()
    page.get_by_role("link", name="Back to the programme").click()
    add_session(page, "Welcome", "09:00", "09:30", interpreted=["fr", "en"])
    add_session(page, "What has become of the year", "09:30", "11:00", interpreted=["fr", "en"])
    add_session(page, "Election", "10:30", "12:00", interpreted=["fr", "en"])
    conflicts = page.locator(".desk-conflicts")
    expect(conflicts).to_contain_text("Two sessions at the same time in the room “Großer Saal”")
    expect(conflicts).to_contain_text("A guest of the assembly is in two places at the same time")
    assert violations(page) == []

    page.locator(".desk-session").get_by_role("link", name="Election").click()
    assert violations(page) == []
    page.fill("#id_start", "11:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/manage/programme/#session-\d+$"))
    expect(page.locator(".desk-session")).to_have_count(3)
    expect(conflicts).to_have_count(0)

    desk = page.url.partition("programme/")[0]
    for path in ("words/", "status/cancelled/", "status/postponed/", "materials/", "../../manage/", "../../series/"):
        page.goto(desk + path)
        assert violations(page) == [], path


def test_desk_works_on_a_small_screen_without_a_script(chromium, portal):
    context = chromium.new_context(
        base_url=portal.address, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/en/login/?next=/en/meetings/manage/")
    page.fill("[name=login]", "coordinator@example.org")
    page.fill("[name=password]", portal.password)
    page.locator("main button[type=submit]").first.click()
    page.locator(".desk-list__title a").first.click()
    for name in ("Overview", "Facts", "Words", "Programme", "Materials"):
        page.get_by_role("navigation", name="Looking after the event").get_by_role("link", name=name).click()
        expect(page.locator("[aria-current=page]").filter(has_text=name)).to_be_visible()
        assert screen_width(page) == 360
    context.close()
