"""Where one is logged in."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.utils import timezone
from django.utils.html import strip_tags

from members.accounts import confirm_address
from members.browsers import browser_in_words
from members.models import User
from tests.conftest import StrictClient
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"


@pytest.fixture
def user():
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    confirm_address(user)
    return user


@pytest.fixture
def browsers(user):
    clients = []
    for agent in (FIREFOX, IPHONE):
        client = StrictClient(headers={"User-Agent": agent})
        client.post("/en/login/", {"login": user.email, "password": PASSWORD})
        clients.append(client)
    return clients


def is_logged_in(client):
    return client.get("/en/profile/").status_code == 200


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (IPHONE, "Safari, iPhone"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/138.0 Safari/537.36 Edg/138.0",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S921B) SamsungBrowser/28.0 Chrome/130.0 Safari/537.36",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/605.1.15", "Safari, macOS"),
        ("curl/8.0", "unknown browser"),
        ("", "unknown browser"),
    ],
)
def test_browser_is_told_in_words(agent, words):
    assert browser_in_words(agent) == words


def test_all_sessions_of_ones_own_are_listed(browsers):
    other = UserFactory()
    UserSession.objects.create(user=other, ip="192.0.2.7", session_key="x" * 32, user_agent="Elsewhere")
    page = browsers[0].get("/en/account/sessions/").content.decode()
    assert ("Firefox, Linux" in page, "Safari, iPhone" in page, "192.0.2.7" in page) == (True, True, False)
    assert page.count("this one") == 1


def test_hours_of_sessions_are_told_by_the_clock_of_their_person(browsers):
    User.objects.update(time_zone="Europe/Lisbon")
    begun = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)
    UserSession.objects.update(created_at=begun, last_seen_at=begun + timedelta(hours=1))
    page = " ".join(strip_tags(browsers[0].get("/en/account/sessions/").content.decode()).split())
    since = "since 30 November 2026, 23:05, Lisbon time · last used on 1 December 2026, 00:05, Lisbon time"
    assert page.count(since) == 2


def test_session_elsewhere_is_ended(browsers):
    here, elsewhere = browsers
    session = UserSession.objects.get(user_agent=IPHONE)
    assert here.post(f"/en/account/sessions/{session.pk}/end/")["Location"] == "/en/account/sessions/"
    assert (is_logged_in(here), is_logged_in(elsewhere)) == (True, False)


def test_ending_this_session_logs_out(browsers):
    here, elsewhere = browsers
    session = UserSession.objects.get(user_agent=FIREFOX)
    assert here.post(f"/en/account/sessions/{session.pk}/end/")["Location"] == "/en/"
    assert (is_logged_in(here), is_logged_in(elsewhere)) == (False, True)


def test_all_others_are_ended_at_once(browsers):
    here, elsewhere = browsers
    here.post("/en/account/sessions/")
    assert (is_logged_in(here), is_logged_in(elsewhere)) == (True, False)


def test_nobody_ends_sessions_of_others_nor_by_looking(browsers, client):
    session = UserSession.objects.get(user_agent=IPHONE)
    client.force_login(UserFactory())
    assert client.post(f"/en/account/sessions/{session.pk}/end/").status_code == 404
    assert browsers[0].get(f"/en/account/sessions/{session.pk}/end/").status_code == 405
    assert is_logged_in(browsers[1])


def test_new_password_ends_all_other_sessions(browsers):
    here, elsewhere = browsers
    new = "another long password"
    here.post("/en/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_logged_in(here), is_logged_in(elsewhere)) == (True, False)


@pytest.mark.parametrize(("minutes", "is_written"), [(14, False), (16, True)])
def test_last_use_is_kept_to_a_quarter_of_an_hour(browsers, monkeypatch, minutes, is_written):
    long_ago = timezone.now() - timedelta(days=3)
    UserSession.objects.update(last_seen_at=long_ago)
    session = browsers[0].session
    session["last_seen"] -= minutes * 60
    session.save()
    browsers[0].get("/en/profile/")
    assert (UserSession.objects.get(user_agent=FIREFOX).last_seen_at > long_ago) is is_written
    assert UserSession.objects.get(user_agent=IPHONE).last_seen_at == long_ago
