import pytest
from django.test import RequestFactory
from django.utils import translation

from common.languages import best_versions, complete_order, country_name, own_name, reading_order
from practices.models import PracticeSheet
from tests.factories import PracticeSheetFactory, UserFactory, translate


def test_complete_order_puts_bridge_languages_after_the_readers_own():
    assert complete_order(["de", "xx"]) == ("de", "en", "fr", "it", "nl", "es", "pt")


def test_reading_order_takes_address_then_profile_then_browser():
    request = RequestFactory().get("/de/", headers={"Accept-Language": "es-MX,pt;q=0.8"})
    request.user = UserFactory.build(languages=["it"])
    with translation.override("de"):
        assert reading_order(request) == ("de", "it", "es", "pt", "en", "fr", "nl")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("order", "shown"), [(["nl", "en"], "nl"), (["de", "fr", "nl"], "fr"), (["it", "en", "nl"], "en")]
)
def test_best_versions_keeps_one_version_in_the_readers_order(order, shown):
    sheet = PracticeSheetFactory(language="nl")
    for language in ("en", "fr"):
        translate(sheet, language)
    best = best_versions(PracticeSheet.objects.all(), complete_order(order))
    assert [page.locale.language_code for page in best] == [shown]


@pytest.mark.django_db
def test_best_versions_chooses_among_the_given_pages_only():
    sheet = PracticeSheetFactory(language="nl")
    translate(sheet, "en", live=False)
    best = best_versions(PracticeSheet.objects.live(), complete_order(["en"]))
    assert [page.pk for page in best] == [sheet.pk]


@pytest.mark.parametrize(
    ("country", "language", "name"), [("NL", "fr", "Pays-Bas"), ("NL", "de", "Niederlande"), ("??", "fr", "??")]
)
def test_country_name_is_in_the_language_asked_for(country, language, name):
    assert country_name(country, language) == name


def test_own_name_is_in_the_language_itself():
    assert (own_name("it"), own_name("nl")) == ("italiano", "Nederlands")
