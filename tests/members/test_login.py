import re

import pytest
from django.core import mail

from members.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"


@pytest.fixture
def user():
    user = UserFactory(email="ada@example.com")
    user.set_password(PASSWORD)
    user.save()
    return user


def test_login_leads_back_to_where_one_came_from(client, user):
    response = client.post("/en/login/", {"username": user.email, "password": PASSWORD, "next": "/en/groups/"})
    assert (response.status_code, response["Location"]) == (302, "/en/groups/")


def test_login_never_leads_to_another_site(client, user):
    response = client.post("/en/login/", {"username": user.email, "password": PASSWORD, "next": "https://evil.example"})
    assert (response.status_code, response["Location"]) == (302, "/en/")


def test_wrong_password_keeps_the_address_and_says_so(client, user):
    response = client.post("/en/login/", {"username": user.email, "password": "wrong"})
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="ada@example.com"' in page
    assert 'role="alert"' in page


def test_forgotten_password_is_replaced_through_the_mail(client, user):
    client.post("/en/password/reset/", {"email": user.email})
    (message,) = mail.outbox
    link = re.search(r"http://testserver(/en/password/reset/\S+)", message.body)[1]
    form = client.get(link, follow=True)
    new = "another long password"
    response = client.post(form.request["PATH_INFO"], {"new_password1": new, "new_password2": new})
    assert response["Location"] == "/en/password/reset/done/"
    assert User.objects.get(pk=user.pk).check_password(new)


def test_unknown_address_gets_the_same_answer_and_no_mail(client):
    response = client.post("/en/password/reset/", {"email": "nobody@example.com"})
    assert (response["Location"], mail.outbox) == ("/en/password/reset/sent/", [])
