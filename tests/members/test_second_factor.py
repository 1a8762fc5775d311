"""The second step: who needs one, what it holds back, and how it is set up and used."""

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as passkeys
from django.contrib.auth import BACKEND_SESSION_KEY
from django.db import connection
from django.test.utils import CaptureQueriesContext

from groups.actions import set_membership
from groups.actions.invitations import invite
from groups.actions.memberships import change_role, hand_over
from groups.enums import Role
from groups.notifications import Admitted
from members.account_forms import PasskeyLoginForm
from members.account_letters import AccountOpened
from members.accounts import confirm_address
from notifications.models import OutgoingMail
from tests.factories import UserFactory
from tests.groups.letters import letters

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_FACTOR_REQUIRED = True


def person(role=None, group=None):
    user = UserFactory(is_superuser=role == "administrator")
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    if role == "coordinator":
        set_membership(group=group, user=user, role=Role.COORDINATOR)
    return user


def log_in(client, user, **others):
    return client.post("/en/login/", {"login": user.email, "password": PASSWORD, **others})


def code_for(secret):
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def add_app(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


# ---------------------------------------------------------------- who is held back


@pytest.mark.parametrize(("role", "is_held_back"), [("member", False), ("coordinator", True), ("administrator", True)])
@pytest.mark.parametrize("address", ["/cms/", "/en/sheets/review/", "/en/profile/", "/en/people/"])
def test_coordinators_and_administrators_are_led_to_the_second_step(client, group, role, is_held_back, address):
    log_in(client, person(role, group))
    response = client.get(address)
    led = (response.status_code, response.get("Location")) == (302, "/en/account/security/")
    assert led is is_held_back


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
@pytest.mark.parametrize("address", ["/en/", "/en/groups/", "/en/vocabulary/", "/en/account/sessions/", "/healthz"])
def test_what_everybody_may_read_stays_open(client, group, role, address):
    log_in(client, person(role, group))
    assert client.get(address).status_code == 200


def test_pictures_and_files_of_pages_stay_open(client, group):
    log_in(client, person("coordinator", group))
    for address in ("/media/images/none.png", "/documents/1/none.pdf"):
        assert client.get(address).status_code == 404


def test_nothing_can_be_sent_without_the_second_step(client, group):
    log_in(client, person("coordinator", group))
    response = client.post("/en/profile/", {"first_name": "Eve"})
    assert (response.status_code, response["Location"]) == (302, "/en/account/security/")
    assert client.post("/en/search/").status_code == 302


def test_scripts_are_told_so(client, group):
    log_in(client, person("coordinator", group))
    response = client.get("/en/profile/", headers={"Sec-Fetch-Dest": "empty"})
    assert (response.status_code, response.json()) == (403, {"error": "Your account needs a second step."})


def test_screen_of_security_says_why_one_is_there(client, group):
    log_in(client, person("coordinator", group))
    assert "Your role needs a second step." in client.get("/en/account/security/").content.decode()
    client.logout()
    log_in(client, person())
    assert "Your role needs a second step." not in client.get("/en/account/security/").content.decode()


def test_everything_opens_once_the_second_step_is_there(client, group):
    user = person("coordinator", group)
    log_in(client, user)
    add_app(user)
    assert client.get("/cms/").status_code == 200


def test_operators_can_do_without(client, group, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    log_in(client, person("administrator", group))
    assert client.get("/cms/").status_code == 200


def test_accounts_of_the_demonstration_are_exempt_while_its_password_opens_them(client, group, settings):
    settings.DEMO_PASSWORD = "printed on the screen"
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, settings.DEMONSTRATION_BACKEND]
    user = UserFactory(email="coordinator@example.org")
    confirm_address(user)
    set_membership(group=group, user=user, role=Role.COORDINATOR)
    client.post("/en/login/", {"login": user.email, "password": "printed on the screen"})
    assert client.session[BACKEND_SESSION_KEY] == settings.DEMONSTRATION_BACKEND
    assert client.get("/cms/").status_code == 200
    # The same account, opened by a password of its own.
    client.logout()
    user.set_password(PASSWORD)
    user.save()
    log_in(client, user)
    assert client.get("/cms/").status_code == 302


def test_whoever_was_held_back_is_led_on_once_the_second_step_is_there(client, group):
    user = person("coordinator", group)
    log_in(client, user)
    client.get("/en/people/?q=ada")
    client.post("/en/profile/", {"first_name": "Eve"})
    screens = ("/en/account/security/", "/en/account/security/codes/")
    link = '<a href="/en/people/?q=ada">'
    assert link not in client.get(screens[0]).content.decode()
    secret = client.get("/en/account/security/app/").context["form"].secret
    client.post("/en/account/security/app/", {"code": code_for(secret)})
    assert [link in client.get(screen).content.decode() for screen in screens] == [True, True]
    assert client.get("/en/people/?q=ada").status_code == 200
    assert [link in client.get(screen).content.decode() for screen in screens] == [False, False]


# ---------------------------------------------------------------- what letters say of it


SENTENCE = "you are asked to set it up at your next visit"


@pytest.mark.parametrize("is_required", [True, False])
@pytest.mark.parametrize("has_one", [True, False])
def test_letters_to_new_coordinators_say_that_a_second_step_comes(group, settings, is_required, has_one):
    settings.SECOND_FACTOR_REQUIRED = is_required
    by, user = person("coordinator", group), person()
    if has_one:
        add_app(user)
    invite(group=group, by=by, email=user.email, language="en", role=Role.COORDINATOR)
    membership = set_membership(group=group, user=user, role=Role.MEMBER)
    change_role(membership=membership, role=Role.COORDINATOR, by=by)
    hand_over(group=group, by=by, to=membership)
    Admitted(group=group, user=user, cause="test").send()
    AccountOpened(user=user).send()
    said = {letter.kind: SENTENCE in " ".join(letter.text.split()) for letter in letters()}
    kinds = ("group-invitation", "group-role", "group-handed-over", "group-admitted", "account-opened")
    assert said == dict.fromkeys(kinds, is_required and not has_one)


def test_letters_to_members_say_nothing_of_a_second_step(group):
    by, user = person("coordinator", group), person()
    invite(group=group, by=by, email=user.email, language="en", role=Role.MEMBER)
    membership = set_membership(group=group, user=user, role=Role.COORDINATOR)
    change_role(membership=membership, role=Role.MEMBER, by=by)
    Admitted(group=group, user=user, cause="test").send()
    AccountOpened(user=user).send()
    assert [letter.kind for letter in letters() if SENTENCE in letter.text] == []


def test_invitation_of_a_stranger_as_coordinator_says_that_a_second_step_comes(group):
    by = person("coordinator", group)
    for role in (Role.MEMBER, Role.COORDINATOR):
        invite(group=group, by=by, email=f"{role}@example.org", language="en", role=role)
    assert [SENTENCE in letter.text for letter in letters("group-invitation")] == [False, True]


# ---------------------------------------------------------------- what it costs


@pytest.mark.parametrize(("address", "cost"), [("/en/vocabulary/", 0), ("/en/profile/", 1)])
def test_rule_costs_coordinators_one_query_and_none_on_pages_for_everybody(client, group, settings, address, cost):
    user = person("coordinator", group)
    add_app(user)
    client.force_login(user)
    client.get(address)
    counts = []
    for settings.SECOND_FACTOR_REQUIRED in (False, True):
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[1] - counts[0] == cost


# ---------------------------------------------------------------- an app for codes


def test_app_is_added_by_the_code_that_it_shows(client):
    user = person()
    log_in(client, user)
    page = client.get("/en/account/security/app/")
    secret = page.context["form"].secret
    assert secret in page.content.decode()
    wrong = client.post("/en/account/security/app/", {"code": "000000"})
    assert (wrong.status_code, wrong.context["form"].errors["code"]) == (
        422,
        ["This code is not right, or its time is over."],
    )
    assert wrong.context["form"].secret == secret
    response = client.post("/en/account/security/app/", {"code": code_for(secret)})
    assert response["Location"] == "/en/account/security/codes/"
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_login_asks_for_the_code_after_the_password(client):
    user = person()
    secret = add_app(user)
    assert log_in(client, user, next="/en/profile/")["Location"].startswith("/en/login/code/")
    assert client.get("/en/profile/").status_code == 302
    # A passkey is only asked for where there is one.
    assert "Use a passkey" not in client.get("/en/login/code/").content.decode()
    wrong = client.post("/en/login/code/", {"code": "000000"})
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["code"])
    response = client.post("/en/login/code/", {"code": code_for(secret), "next": "/en/profile/"})
    assert (response.status_code, response["Location"]) == (302, "/en/profile/")
    assert client.get("/en/profile/").status_code == 200


@pytest.mark.parametrize(
    ("kinds", "help_text"),
    [
        (("totp", "recovery_codes"), "Six digits from your app, or one of your recovery codes."),
        (("totp",), "Six digits from your app."),
        (("webauthn", "recovery_codes"), "One of your recovery codes."),
        (("webauthn",), ""),
    ],
)
def test_second_step_asks_for_such_codes_as_the_account_has(client, monkeypatch, kinds, help_text):
    monkeypatch.setattr(passkeys, "begin_authentication", lambda user: {"publicKey": {}})
    user = person()
    for kind in kinds:
        Authenticator.objects.create(user=user, type=kind, data={"name": "Phone", "credential": {}})
    log_in(client, user)
    response = client.get("/en/login/code/")
    form = response.context["form"]
    assert (form.fields["code"].help_text, form.takes_codes) == (help_text, bool(help_text))
    assert ('name="code"' in response.content.decode()) is bool(help_text)


def test_code_works_once(client):
    user = person()
    secret = add_app(user)
    code = code_for(secret)
    log_in(client, user)
    client.post("/en/login/code/", {"code": code})
    client.logout()
    log_in(client, user)
    assert client.post("/en/login/code/", {"code": code}).status_code == 422


def test_guessing_codes_is_stopped(client):
    user = person()
    secret = add_app(user)
    log_in(client, user)
    answers = [client.post("/en/login/code/", {"code": "000000"}) for _attempt in range(6)]
    assert answers[-1].context["form"].errors["code"] == [
        "That was tried too often. Wait some minutes, then try again."
    ]
    assert client.post("/en/login/code/", {"code": code_for(secret)}).status_code == 422


def test_recovery_code_opens_the_account_once(client):
    user = person()
    add_app(user)
    RecoveryCodes.activate(user)
    code = RecoveryCodes(Authenticator.objects.get(user=user, type="recovery_codes")).get_unused_codes()[0]
    log_in(client, user)
    assert client.post("/en/login/code/", {"code": code})["Location"] == "/en/my/"
    client.logout()
    log_in(client, user)
    assert client.post("/en/login/code/", {"code": code}).status_code == 422


def test_recovery_codes_are_shown_and_taken_along(client):
    user = person()
    add_app(user)
    RecoveryCodes.activate(user)
    secret = totp.TOTP(Authenticator.objects.get(user=user, type="totp")).instance.data["secret"]
    log_in(client, user)
    client.post("/en/login/code/", {"code": code_for(secret)})
    codes = client.get("/en/account/security/codes/").context["unused_codes"]
    assert len(codes) == 10
    file = client.get("/en/account/security/codes/recovery-codes.txt")
    assert file.content.decode().split() == codes
    client.post("/en/account/security/codes/new/")
    assert set(client.get("/en/account/security/codes/").context["unused_codes"]).isdisjoint(codes)


def test_change_of_how_one_logs_in_asks_for_the_password_again_after_a_while(client, monkeypatch):
    user = person()
    log_in(client, user)
    assert client.get("/en/account/security/app/").status_code == 200
    monkeypatch.setattr("members.adapters.time.time", lambda: 4_000_000_000)
    response = client.get("/en/account/security/app/")
    assert response["Location"] == "/en/account/again/?next=%2Fen%2Faccount%2Fsecurity%2Fapp%2F"
    assert client.post(response["Location"], {"password": "wrong"}).status_code == 422


@pytest.mark.parametrize(("is_active", "where"), [(True, "/en/my/"), (False, "/en/login/shut/")])
def test_passkey_opens_no_account_that_is_shut(client, monkeypatch, is_active, where):
    user = person()
    user.is_active = is_active
    user.save()
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})
    # What the device proves is tried in a browser.
    monkeypatch.setattr(PasskeyLoginForm, "clean_credential", lambda form: passkey)
    response = client.post("/en/login/passkey/", {"credential": '{"id": "x"}'})
    assert (response["Location"], "_auth_user_id" in client.session) == (where, is_active)


NO_CREDENTIALS = (
    "",
    "{}",
    "[1]",
    '"x"',
    "nonsense",
    '{"id": "x", "response": {}}',
    '{"response": {"userHandle": "MQ"}}',
)


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_what_is_no_passkey_is_not_added(client, credential):
    log_in(client, person())
    client.get("/en/account/security/passkeys/add/")
    response = client.post("/en/account/security/passkeys/add/", {"name": "Phone", "credential": credential})
    assert (response.status_code, Authenticator.objects.count()) == (422, 0)


@pytest.mark.parametrize("credential", NO_CREDENTIALS)
def test_what_is_no_passkey_opens_nothing(client, credential):
    client.get("/en/login/passkey/", headers={"Accept": "application/json"})
    response = client.post("/en/login/passkey/", {"credential": credential})
    assert (response["Location"], "_auth_user_id" in client.session) == ("/en/login/", False)


def test_new_password_by_mail_does_not_replace_the_second_step(client):
    user = person()
    add_app(user)
    client.post("/en/password/reset/", {"email": user.email})
    link = OutgoingMail.objects.get(kind="new-password").text.partition("localhost:8000")[2].partition(">")[0]
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": "another long password", "password2": "another long password"})
    response = client.post("/en/login/", {"login": user.email, "password": "another long password"})
    assert response["Location"].startswith("/en/login/code/")


# ---------------------------------------------------------------- taking it away


@pytest.mark.parametrize(("role", "is_refused"), [("member", False), ("coordinator", True)])
def test_last_second_step_of_a_coordinator_stays(client, group, role, is_refused):
    user = person(role, group)
    log_in(client, user)
    add_app(user)
    response = client.post("/en/account/security/app/remove/")
    assert response.status_code == (422 if is_refused else 302)
    assert Authenticator.objects.filter(user=user).exists() is is_refused


def test_another_second_step_lets_the_first_go(group):
    user = person("coordinator", group)
    add_app(user)
    passkey = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Phone", "credential": {}})
    assert get_adapter().can_delete_authenticator(passkey) is True
    Authenticator.objects.filter(type="totp").delete()
    assert get_adapter().can_delete_authenticator(passkey) is False


def test_person_hears_by_mail_of_each_change(client, django_capture_on_commit_callbacks):
    user = person()
    log_in(client, user)
    secret = client.get("/en/account/security/app/").context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/en/account/security/app/", {"code": code_for(secret)})
    client.post("/en/account/security/app/remove/")
    subjects = list(OutgoingMail.objects.order_by("pk").values_list("subject", flat=True))
    assert subjects == [
        "An app for codes was added to your account",
        "The app for codes was taken from your account",
    ]
