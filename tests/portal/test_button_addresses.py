"""Addresses to which only buttons lead, opened as pages: after a login that came in between, for one."""

import pytest
from django.urls import reverse

from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(group):
    return reverse("discussions:pin_thread", args=[ThreadFactory(group=group).pk])


@pytest.mark.parametrize("who", ["coordinator", "stranger", "visitor"])
def test_opened_as_a_page_it_says_what_to_do(client_as, address, who):
    response = client_as(who).get(address.replace("/en/", "/fr/", 1))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert b'<html lang="fr">' in response.content
    assert "Rien n’a été fait" in response.content.decode()


def test_what_is_sent_in_another_way_gets_no_page(client_as, address):
    response = client_as("coordinator").put(address)
    assert (response.status_code, response.content) == (405, b"")
