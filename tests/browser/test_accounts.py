"""Accounts as people use them: a passkey from the letter on, a second step, and all of it by anybody."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import screen_width, violations

PASSWORD = "a long enough password"
ACCOUNT_PAGES = (
    "/en/profile/",
    "/en/account/security/",
    "/en/account/security/app/",
    "/en/account/security/passkeys/add/",
    "/en/account/sessions/",
    "/en/account/address/",
    "/en/people/",
    "/en/people/?q=nobody",
    "/en/people/2/",
    "/en/logout/",
)


def open_account(portal, email: str, coordinates: bool = False) -> str:
    """Make an account; returns the address that its letter would hold."""
    make_coordinator = (
        "from groups.actions import set_membership; from groups.models import WorkingGroup;"
        "set_membership(group=WorkingGroup.objects.first(), user=user, role='coordinator');"
    )
    return portal.run(
        "from members.accounts import open_account, begin_address;"
        f"user = open_account(email='{email}', first_name='Ada', last_name='Lake', languages=['en']);"
        + (make_coordinator if coordinates else "")
        + "print(begin_address(user))",
    )


@pytest.fixture
def phone(page: Page):
    """A device that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )

    def knows_its_owner(is_known: bool) -> None:
        session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": is_known}
        )

    return knows_its_owner


def log_out(page: Page) -> None:
    page.goto("/en/logout/")
    page.click("main form button")
    page.wait_for_selector(".login-link")


def test_person_begins_with_a_passkey_and_logs_in_with_it(page, portal, phone):
    page.goto(open_account(portal, "passkey@example.com"))
    expect(page.locator("h1")).to_have_text("Welcome")
    page.check("[name=shown_to][value=members]")
    page.click("text=Begin with a passkey")
    page.wait_for_selector(".account-menu")
    log_out(page)
    # Without it, nobody knows them.
    phone(False)
    page.goto("/en/login/?next=/en/account/security/")
    page.click("text=Log in with a passkey")
    expect(page.locator("main [data-passkey-error]")).to_be_visible()
    phone(True)
    page.click("text=Log in with a passkey")
    page.wait_for_url("**/en/account/security/")
    expect(page.locator(".way__list")).to_contain_text("Passkey 1")
    expect(page.locator("main")).to_contain_text("Your account has no password.")


def test_coordinator_sets_up_the_second_step_and_takes_it_at_the_next_login(page, portal, phone):
    page.goto(open_account(portal, "coordinating@example.com", coordinates=True))
    page.check("[name=shown_to][value=nobody]")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Begin with this password")
    page.wait_for_selector(".account-menu")
    page.goto("/cms/")
    expect(page.locator("main")).to_contain_text("Your role needs a second step.")
    page.get_by_role("link", name="Add a passkey").click()
    page.fill("[name=name]", "Phone")
    page.click("text=Make the passkey")
    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 10
    page.goto("/cms/")
    page.wait_for_url("**/cms/")
    log_out(page)
    page.goto("/en/login/?next=/en/account/security/")
    page.fill("#id_login", "coordinating@example.com")
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    expect(page.locator("h1")).to_have_text("The second step")
    page.click("text=Use a passkey")
    page.wait_for_url("**/en/account/security/")
    expect(page.locator(".way__list")).to_contain_text("Phone")
    # It is the only one: it stays until there is another.
    page.click(".way__list >> text=Remove")
    expect(page.locator("main [role=alert]")).to_contain_text("Your role needs a second step")


def test_session_elsewhere_is_ended(page, portal, log_in, chromium):
    log_in("member@example.org")
    elsewhere = chromium.new_context(base_url=portal.address, user_agent="Mozilla/5.0 (iPhone) Safari/604.1")
    other = elsewhere.new_page()
    other.goto("/en/login/")
    other.fill("#id_login", "member@example.org")
    other.fill("#id_password", portal.password)
    other.click("main form button")
    other.wait_for_selector(".account-menu")
    page.goto("/en/account/sessions/")
    page.locator(".session", has_text="Safari, iPhone").locator("button").first.click()
    expect(page.locator(".messages")).to_contain_text("That session has ended.")
    other.goto("/en/profile/")
    expect(other.locator("h1")).to_have_text("Log in")
    elsewhere.close()
    page.goto("/en/profile/")
    expect(page.locator("h1")).to_have_text("My profile")


def test_colleague_is_found_by_what_they_know(page, log_in):
    log_in("member@example.org")
    page.goto("/en/people/")
    page.select_option("[name=expertise]", label="Urban data")
    page.click("main form button")
    page.click("text=Demo Member (Turin)")
    expect(page.locator("h1")).to_have_text("Demo Member (Turin)")
    expect(page.locator(".person-facts")).to_contain_text("italiano, français")


def test_axe_finds_nothing_on_accounts(page, log_in, portal):
    for address in ("/en/account/new/", open_account(portal, "new@example.com"), "/en/account/begin/x/"):
        page.goto(address)
        assert violations(page) == [], address
    log_in("member@example.org")
    for address in ACCOUNT_PAGES:
        page.goto(address)
        assert violations(page) == [], address


def test_accounts_fit_a_phone(page, log_in):
    page.set_viewport_size({"width": 320, "height": 640})
    log_in("member@example.org")
    for address in ACCOUNT_PAGES:
        page.goto(address)
        assert screen_width(page) == 320, address
