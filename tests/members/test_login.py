"""Logging in, and what to do when one cannot."""

import re
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import pytest
from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection, CollectionViewRestriction

from common.moments import moment_in_words
from members.account_letters import AccountChanged
from members.accounts import confirm_address, has_confirmed_address
from members.models import User
from notifications.models import OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
NEW = "another long password"
WRITE_TO = 'write to an administrator of the network: <a href="mailto:portal@example.org">portal@example.org</a>'


@pytest.fixture
def user():
    user = UserFactory(email="ada@example.com", languages=["fr"])
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    return user


def log_in(client, email="ada@example.com", password=PASSWORD, **others):
    return client.post("/en/login/", {"login": email, "password": password, **others})


def link_in(mail):
    return re.search(r"<http://localhost:8000(/\S+)>", mail.text)[1]


# ---------------------------------------------------------------- with a password


@pytest.mark.parametrize(
    ("then", "where"), [("/en/groups/", "/en/groups/"), ("https://evil.example", "/en/my/"), ("", "/en/my/")]
)
def test_login_leads_back_to_where_one_came_from_but_never_to_another_site(client, user, then, where):
    response = log_in(client, next=then)
    assert (response.status_code, response["Location"]) == (302, where)


@pytest.mark.parametrize("typed", ["Ada@Example.com", " ada@example.com "])
def test_address_is_known_whatever_its_case(client, user, typed):
    assert log_in(client, typed).status_code == 302


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_wrong_password_and_unknown_address_get_the_same_answer_and_keep_what_was_typed(client, user, email):
    response = log_in(client, email, "wrong")
    page = response.content.decode()
    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == ["There is no account with this address and this password."]
    assert f'value="{email}"' in page
    assert 'role="alert"' in page


def test_form_says_that_nothing_is_lost_only_where_that_is_so(client, user):
    kept = "Nothing that you typed is lost."
    assert kept not in log_in(client, password="wrong").content.decode()
    assert kept in client.post("/en/password/reset/", {"email": "nonsense"}).content.decode()


def test_login_form_asks_for_what_is_missing(client):
    response = log_in(client, "", "")
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["login", "password"])


def test_account_that_is_shut_says_so_only_to_whoever_knows_its_password(client, user):
    User.objects.update(is_active=False)
    assert log_in(client, password="wrong").status_code == 422
    response = client.post("/en/login/", {"login": user.email, "password": PASSWORD}, follow=True)
    assert response.redirect_chain == [("/en/login/shut/", 302)]
    assert "nobody can log in to this account at present" in response.content.decode()
    assert WRITE_TO in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_who_is_logged_in_when_the_account_is_shut_is_out(client, user):
    client.force_login(user)
    User.objects.update(is_active=False)
    assert client.get("/en/profile/").status_code == 302


def test_guessing_is_stopped_after_some_attempts_also_for_the_right_password(client, user):
    answers = [log_in(client, password="wrong").context["form"].non_field_errors()[0] for _attempt in range(6)]
    assert answers[4:] == [
        "There is no account with this address and this password.",
        "That was tried too often. Wait some minutes, then try again.",
    ]
    assert log_in(client).status_code == 422


def test_too_many_requests_get_a_page_of_the_portal(client, user, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    log_in(client, password="wrong")
    response = log_in(client)
    assert (response.status_code, "That was too often" in response.content.decode()) == (429, True)


def test_editor_has_no_door_of_its_own(client):
    response = client.get("/cms/login/?next=/cms/pages/")
    assert (response.status_code, response["Location"]) == (302, "/en/login/?next=/cms/pages/")
    response = client.post("/cms/login/", {"username": "ada@example.com", "password": PASSWORD})
    assert (response.status_code, "_auth_user_id" in client.session) == (302, False)


# ---------------------------------------------------------------- logged in already


@pytest.mark.parametrize(
    ("then", "where"),
    [
        ("/en/groups/", "/en/groups/"),
        ("/en/login/", "/en/login/"),
        ("https://evil.example", "/en/my/"),
        ("nowhere", "nowhere"),
        ("", "/en/my/"),
    ],
)
def test_who_is_logged_in_is_led_on_from_the_login(client, user, then, where):
    client.force_login(user)
    shown = client.get("/en/login/", {"next": then} if then else {})
    sent = log_in(client, next=then)
    assert [(each.status_code, each["Location"]) for each in (shown, sent)] == [(302, where)] * 2


def test_second_tab_leads_on_after_the_login_in_the_first(user):
    client = Client(enforce_csrf_checks=True)
    first, second = (client.get("/en/login/?next=/en/groups/").context["csrf_token"] for _tab in range(2))
    assert log_in(client, next="/en/my/", csrfmiddlewaretoken=str(first))["Location"] == "/en/my/"
    for address in ("/en/login/", "/en/login/passkey/", "/en/login/code/"):
        response = client.post(address, {"next": "/en/groups/", "csrfmiddlewaretoken": str(second)})
        assert (response.status_code, response["Location"]) == (302, "/en/groups/")
    assert client.post("/en/profile/", {"csrfmiddlewaretoken": str(second)}).status_code == 403


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/en/login/?next=/en/my/", "http://testserver/en/login/?next=/en/my/"),
        ("https://evil.example/", "/en/login/"),
        ("", "/en/login/"),
    ],
)
def test_form_without_its_token_leads_back_to_its_page_but_never_to_another_site(user, came_from, leads_to):
    headers = {"Referer": came_from} if came_from else {}
    response = log_in(Client(enforce_csrf_checks=True, headers=headers))
    assert (response.status_code, response.context["again"]) == (403, leads_to)
    assert f'href="{leads_to}"' in response.content.decode()


REFUSAL = "You are logged in as ada@example.com, but this page is not open to you."


def test_editor_refuses_members_in_words_and_leads_whom_it_lets_in_on(client, user):
    client.force_login(user)
    refused = client.get("/cms/pages/", follow=True)
    assert (refused.status_code, REFUSAL in refused.content.decode()) == (403, True)
    user.is_superuser = True
    user.save()
    assert client.get("/cms/login/?next=/cms/pages/", follow=True).redirect_chain[-1] == ("/cms/pages/", 302)


def test_file_of_a_closed_collection_asks_visitors_to_log_in_and_refuses_members(client, user):
    collection = Collection.get_first_root_node().add_child(name="Closed")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="groups")
    document = Document.objects.create(title="a", file=ContentFile(b"a", name="a.txt"), collection=collection)
    asked = client.get(document.url, follow=True)
    assert (asked.status_code, unquote(asked.redirect_chain[-1][0])) == (200, f"/en/login/?next={document.url}")
    client.force_login(user)
    refused = client.get(document.url, follow=True)
    assert (refused.status_code, REFUSAL in refused.content.decode()) == (403, True)


def test_logging_out_asks_and_then_does_it(client, user):
    client.force_login(user)
    assert "Do you want to log out?" in client.get("/en/logout/").content.decode()
    assert client.get("/en/profile/").status_code == 200
    assert client.post("/en/logout/")["Location"] == "/en/"
    assert client.get("/en/profile/").status_code == 302


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("login", "/en/login/"),
        ("logout", "/en/logout/"),
        ("profile", "/en/profile/"),
        ("password_change", "/en/password/change/"),
        ("password_reset", "/en/password/reset/"),
    ],
)
def test_known_names_lead_to_known_addresses(name, address):
    assert reverse(name) == address


def test_nobody_signs_up_by_themselves(client):
    page = client.get("/en/account/new/")
    assert (page.status_code, "<form class" in page.content.decode()) == (200, False)
    client.post("/en/account/new/", {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.filter(email="new@example.com").exists()


# ---------------------------------------------------------------- addresses


def test_nobody_gets_in_before_the_address_is_confirmed(client, user):
    EmailAddress.objects.all().delete()
    assert log_in(client)["Location"] == "/en/account/address/sent/"
    assert client.get("/en/profile/").status_code == 302
    (letter,) = OutgoingMail.objects.all()
    assert (letter.kind, letter.recipient, letter.language) == ("confirm-address", "ada@example.com", "fr")
    link = link_in(letter)
    assert "ada@example.com" in client.get(link).content.decode()
    # Mail programs open links: looking changes nothing.
    assert not has_confirmed_address(user)
    client.post(link)
    assert has_confirmed_address(user)
    assert log_in(client)["Location"] == "/en/my/"


def test_address_is_changed_once_the_new_one_is_confirmed(client, user):
    log_in(client)
    page = client.post("/en/account/address/", {"email": "new@example.com", "action_add": ""}, follow=True)
    assert "We have written to new@example.com." in page.content.decode()
    letter = OutgoingMail.objects.get(kind="confirm-address")
    assert letter.recipient == "new@example.com"
    user.refresh_from_db()
    assert user.email == "ada@example.com"
    client.post(link_in(letter))
    user.refresh_from_db()
    assert user.email == "new@example.com"
    told = OutgoingMail.objects.get(kind="account-changed")
    assert (told.recipient, "new@example.com" in told.text) == ("ada@example.com", True)
    assert [(row.email, row.verified) for row in EmailAddress.objects.all()] == [("new@example.com", True)]


def test_letter_about_a_change_says_when_and_what_its_reader_can_still_do(user):
    user.time_zone = "Europe/Lisbon"
    user.languages = ["en"]
    user.save()
    changes = {"account/email/email_changed": "ada@example.com", "account/email/password_changed": user.email}
    messages = [AccountChanged(user=user, email=email, change=change) for change, email in changes.items()]
    for message in messages:
        message.send()
    moved, changed = OutgoingMail.objects.order_by("pk")
    when = f"on {moment_in_words(messages[0].at, ZoneInfo('Europe/Lisbon'))}: Your"
    ways = ("/en/password/reset/", "<portal@example.org>")
    assert [(when in each.text, *(way in each.text for way in ways)) for each in (moved, changed)] == [
        (True, False, True),
        (True, True, False),
    ]


def test_change_of_address_can_be_taken_back(client, user):
    log_in(client)
    client.post("/en/account/address/", {"email": "new@example.com", "action_add": ""})
    link = link_in(OutgoingMail.objects.get(kind="confirm-address"))
    client.post("/en/account/address/", {"email": "new@example.com", "action_remove": ""})
    assert "is too old" in client.get(link.replace("/fr/", "/en/")).content.decode()
    user.refresh_from_db()
    assert user.email == "ada@example.com"


@pytest.mark.parametrize(
    ("email", "message"),
    [
        ("grace@example.com", "Somebody has this e-mail address already."),
        ("ada@example.com", "This is the address of your account already."),
        ("nonsense", "Enter a valid email address."),
    ],
)
def test_address_that_cannot_be_taken_is_refused_at_the_field(client, user, email, message):
    UserFactory(email="grace@example.com")
    log_in(client)
    response = client.post("/en/account/address/", {"email": email, "action_add": ""})
    assert (response.status_code, response.context["form"].errors["email"]) == (422, [message])
    assert not OutgoingMail.objects.filter(kind="confirm-address").exists()


def test_address_that_somebody_took_meanwhile_is_not_confirmed(client, user):
    log_in(client)
    client.post("/en/account/address/", {"email": "new@example.com", "action_add": ""})
    UserFactory(email="new@example.com")
    page = client.post(link_in(OutgoingMail.objects.get(kind="confirm-address")).replace("/fr/", "/en/"), follow=True)
    assert "new@example.com belongs to another account." in page.content.decode()
    user.refresh_from_db()
    assert user.email == "ada@example.com"


# ---------------------------------------------------------------- forgotten and new passwords


def test_forgotten_password_is_replaced_through_the_mail(client, user):
    assert client.post("/en/password/reset/", {"email": user.email})["Location"] == "/en/password/reset/sent/"
    (letter,) = OutgoingMail.objects.all()
    assert (letter.kind, letter.recipient, letter.language) == ("new-password", "ada@example.com", "fr")
    form = client.get(link_in(letter).replace("/fr/", "/en/"), follow=True)
    address = form.request["PATH_INFO"]
    short = client.post(address, {"password1": "short", "password2": "short"})
    assert (short.status_code, short.context["form"].errors) == (
        422,
        {"password1": ["This password is too short: it needs at least 12 characters."]},
    )
    different = client.post(address, {"password1": NEW, "password2": PASSWORD})
    assert different.context["form"].errors["password2"] == ["The two passwords are not the same."]
    response = client.post(address, {"password1": NEW, "password2": NEW})
    assert response["Location"] == "/en/password/reset/done/"
    assert User.objects.get(pk=user.pk).check_password(NEW)
    assert OutgoingMail.objects.filter(kind="account-changed").count() == 1


def test_link_to_a_new_password_works_once(client, user):
    client.post("/en/password/reset/", {"email": user.email})
    link = link_in(OutgoingMail.objects.get()).replace("/fr/", "/en/")
    address = client.get(link, follow=True).request["PATH_INFO"]
    client.post(address, {"password1": NEW, "password2": NEW})
    assert "This link has been used already or is too old." in client.get(link).content.decode()


def test_new_password_by_mail_confirms_the_address(client, user):
    EmailAddress.objects.all().delete()
    client.post("/en/password/reset/", {"email": user.email})
    link = link_in(OutgoingMail.objects.get(kind="new-password"))
    client.post(client.get(link, follow=True).request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert has_confirmed_address(user)
    assert log_in(client, password=NEW)["Location"] == "/en/my/"


@pytest.mark.parametrize("is_there", [False, True])
def test_address_without_an_open_account_gets_the_same_answer_and_no_mail(client, is_there):
    if is_there:
        UserFactory(email="nobody@example.com", is_active=False)
    response = client.post("/en/password/reset/", {"email": "nobody@example.com"})
    assert (response["Location"], OutgoingMail.objects.count()) == ("/en/password/reset/sent/", 0)


@pytest.mark.parametrize(
    ("old", "new", "again", "wrong"),
    [
        (PASSWORD, NEW, NEW, []),
        ("wrong", NEW, NEW, ["oldpassword"]),
        (PASSWORD, NEW, "something else again", ["password2"]),
        (PASSWORD, "short", "short", ["password1"]),
        (PASSWORD, "ada@example.com", "ada@example.com", ["password1"]),
    ],
)
def test_password_is_changed_by_whoever_knows_it(client, user, old, new, again, wrong):
    log_in(client)
    response = client.post("/en/password/change/", {"oldpassword": old, "password1": new, "password2": again})
    if wrong:
        assert (response.status_code, list(response.context["form"].errors)) == (422, wrong)
    else:
        assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password(new) is (not wrong)
    # Whoever changed it stays logged in.
    assert client.get("/en/profile/").status_code == 200
