"""Every type of page: usable by all (axe-core), on small screens, and light enough."""

import pytest

from tests.browser.screens import expect_to_fit_a_phone, screen_width, violations

PAGES = {
    "home": "/en/",
    "home in French": "/fr/",
    "practices": "/en/practices/",
    "practices, narrowed to nothing": "/en/practices/?theme=none",
    "sheet": "/en/practices/ferm/",
    "sheet in another language": "/de/practices/ferm/",
    "frozen version": "/en/sheets/1/en/v1/",
    "frozen version in another language": "/de/sheets/1/nl/v1/",
    "permanent address": "/it/sheets/1/",
    "projects": "/en/projects/",
    "project": "/en/projects/medi4sec/",
    "recommendations": "/en/projects/medi4sec/recommendations/",
    "recommendation": "/en/projects/medi4sec/recommendations/prepare-companies-by-exercises/",
    "recommendations of all projects": "/en/sheets/recommendations/",
    "recommendations, narrowed to nothing": "/en/sheets/recommendations/?status=withdrawn",
    "coverage": "/en/sheets/coverage/",
    "practices, narrowed by much": "/en/practices/?country=NL&started_from=2000&language=en",
    "events": "/en/events/",
    "events of a month": "/en/events/?month=2019-04",
    "events, narrowed to nothing": "/fr/evenements/?language=pt&city=none",
    "event": "/en/events/general-assembly-augsburg/",
    "event with programme and report": "/fr/evenements/le-futur-des-donnees/",
    "programme": "/en/meetings/1/programme/",
    "programme that nobody can follow": "/de/meetings/1/programme/?language=de",
    "session": "/nl/meetings/1/sessions/1/",
    "groups": "/en/groups/",
    "group": "/en/groups/innovation-security/",
    "city": "/en/cities/the-hague/",
    "city without anything": "/de/cities/montreuil/",
    "organisation": "/en/organisations/efus/",
    "vocabulary": "/en/vocabulary/",
    "vocabulary in French": "/fr/vocabulary/",
    "concept": "/nl/vocabulary/bicycle-theft/",
    "concept with practices": "/en/vocabulary/cyber-security/",
    "standard page": "/en/technology-and-security/",
    "search, nothing asked": "/en/search/",
    "results": "/en/search/?q=port",
    "results in another language": "/pt/search/?q=Roterd%C3%A3o",
    "nothing found": "/en/search/?q=zeppelin",
    "key of a letter that opens nothing": "/en/search/saved/stop/nothing/",
    "nothing found with filters": "/en/search/?q=port&country=PT&language=en",
    "results narrowed and sorted": "/fr/search/?q=port&country=NL&language=nl&sort=newest",
    "import from a spreadsheet": "/en/sheets/import/",
    "adoptions": "/en/sheets/adoptions/",
    "comparison": "/en/sheets/compare/?sheet=1&sheet=2&sheet=3",
    "comparison of sheets in another language": "/de/sheets/compare/?sheet=1&sheet=2&differences=1",
    "choice of sheets to compare": "/en/sheets/compare/?sheet=1",
    "collections": "/en/sheets/collections/",
    "login": "/en/login/",
    "new password": "/en/password/reset/",
    "certificate to look up": "/en/meetings/certificates/",
    "code of no certificate": "/en/meetings/certificates/?code=AAAA-BBBB-CCCC",
    "criteria of the review": "/en/sheets/criteria/",
    "question that is closed": "/en/sheets/verify/nothing/",
    "booklet that is too long": "/en/sheets/booklet.pdf?" + "&".join(f"sheet={number}" for number in range(51)),
    "404": "/en/nothing/",
}
MEMBERS_PAGES = {
    "nothing found": "/en/search/?q=zeppelin",
    "profile": "/en/profile/",
    "my calendar": "/en/meetings/calendar/",
    "change of the password": "/en/password/change/",
    "coverage": "/en/sheets/coverage/",
    "home": "/en/",
    "own page": "/en/my/",
    "my sheets": "/en/sheets/mine/",
    "new sheet": "/en/sheets/new/",
    "sheet with discussion": "/en/practices/bart/",
    "own discussions": "/en/discussions/",
    "group with discussions": "/en/groups/innovation-security/",
    "import from a spreadsheet": "/en/sheets/import/",
    "form for an adoption": "/en/sheets/3/adopt/",
    "own collections": "/en/sheets/collections/mine/",
    "own events": "/en/meetings/mine/",
    "form for a collection": "/en/sheets/collections/new/",
    "own searches": "/en/search/saved/",
    "form to save a search": "/en/search/saved/new/?q=port&country=NL&theme=cybercrime",
}
COORDINATORS_PAGES = {
    "sheets to review": "/en/sheets/review/",
    "queue": "/en/queue/",
    "what was decided for the network": "/en/working-groups/audit/",
    "reports": "/en/discussions/reports/",
    "discussion with a poll": "/en/discussions/1/",
    "form for a poll": "/en/discussions/2/poll/",
    "merging": "/en/discussions/1/merge/",
    "splitting": "/en/discussions/1/split/",
    "moving": "/en/discussions/1/move/",
    "hiding": "/en/discussions/posts/2/hide/",
    "report form": "/en/discussions/posts/2/report/",
    "call": "/en/calls/1/",
    "address of a button": "/en/discussions/1/pin/",
}
FIRST_VIEW_LIMIT = 100_000


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_axe_finds_nothing(page, path):
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize("path", MEMBERS_PAGES.values(), ids=MEMBERS_PAGES)
def test_axe_finds_nothing_on_what_members_see(page, log_in, path):
    log_in("member@example.org")
    page.goto(path)
    assert violations(page) == []


@pytest.mark.parametrize("path", COORDINATORS_PAGES.values(), ids=COORDINATORS_PAGES)
def test_what_coordinators_see_suits_all_and_fits_a_phone(page, log_in, path):
    log_in("coordinator@example.org")
    page.goto(path)
    assert violations(page) == []
    expect_to_fit_a_phone(page)


@pytest.mark.parametrize("screen", ["members", "requests", "invite", "audit", "hand-over", "leave"])
def test_screens_of_a_group_suit_all_and_fit_a_phone(page, log_in, screen):
    log_in("coordinator@example.org")
    page.goto("/en/groups/innovation-security/")
    address = page.locator(".group-tabs a", has_text="Members").get_attribute("href")
    page.goto(address.replace("/members/", f"/{screen}/"))
    assert violations(page) == []
    expect_to_fit_a_phone(page)


def test_axe_finds_nothing_in_a_thread_and_its_forms(page, log_in):
    log_in("member@example.org")
    page.goto("/en/practices/bart/")
    page.locator(".thread-item__title").first.click()
    assert violations(page) == []
    page.locator("#id_text").evaluate("field => { field.required = false; field.value = ' ' }")
    page.click("text=Send the reply")
    page.wait_for_selector("[data-portal-error-summary]")
    assert violations(page) == []
    page.goto("/en/practices/bart/")
    page.click("text=Open a discussion in")
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_page_fits_a_screen_of_360_pixels(page, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert screen_width(page) == 360


@pytest.mark.parametrize("path", ["/en/", "/en/practices/ferm/", "/en/search/?q=port"])
def test_first_view_is_light(page, path):
    """As sent over the wire, fonts and scripts included, pictures not; nothing comes from elsewhere."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    addresses = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto(path, wait_until="networkidle")
    assert sum(received) < FIRST_VIEW_LIMIT
    assert [address for address in addresses if not address.startswith(("http://localhost:", "data:"))] == []


def test_page_that_does_not_exist_says_so_in_the_readers_language(page):
    response = page.goto("/fr/rien/")
    assert response.status == 404
    assert page.locator("html").get_attribute("lang") == "fr"


def test_fault_of_ours_has_a_page_of_its_own(page, portal):
    """The page for faults needs neither database nor templates: it is served from a file here."""
    from django.template.loader import get_template

    page.goto("/en/")
    page.set_content(get_template("500.html").render())
    assert violations(page) == []
