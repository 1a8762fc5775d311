import pytest
from django.test import RequestFactory
from django.utils import translation

from common.addresses import address_for, address_in
from tests.factories import PracticeSheetFactory, StandardPageFactory

pytestmark = pytest.mark.django_db


def test_address_does_not_lead_to_another_page_that_has_the_same_path():
    english = StandardPageFactory(title="Contact", slug="contact")
    StandardPageFactory(language="de", title="Kontakt", slug="contact")
    addresses = []
    for language in ("en", "de", "fr"):
        with translation.override(language):
            addresses.append(address_for(english, RequestFactory().get("/")))
    assert addresses == ["/en/contact/", "/en/contact/", "/fr/contact/"]


@pytest.mark.parametrize(
    ("language", "address"),
    [("nl", "/nl/praktijken/bart/"), ("de", "/de/praktijken/bart/"), ("en", "/en/praktijken/bart/")],
)
def test_address_in_keeps_the_path_and_changes_the_prefix(language, address):
    sheet = PracticeSheetFactory(language="nl", slug="bart")
    assert address_in(sheet, language) == address
