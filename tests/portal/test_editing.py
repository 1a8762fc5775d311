"""What coordinators do in the editor."""

import pytest
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import querydict_from_html

from common.models import BasePage
from practices.models import PracticeIndexPage, PracticeSheet
from tests.factories import CityFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


def sheet_form(client, section, **values):
    """The editor's form for a new sheet, as it comes, with ``values`` filled in."""
    page = client.get(f"/cms/pages/add/practices/practicesheet/{section.pk}/").content.decode()
    form = querydict_from_html(page, form_id="page-edit-form")
    form.update(values)
    return form


@pytest.mark.parametrize(("who", "status"), [("coordinator", 302), ("member", 302), ("visitor", 302)])
def test_only_coordinators_publish(client_as, who, status):
    section = PracticeIndexPage.objects.get(locale__language_code="en")
    city = CityFactory().pk
    form = sheet_form(
        client_as("coordinator"), section, title="Lamps", slug="lamps", city=city, **{"action-publish": "1"}
    )
    response = client_as(who).post(f"/cms/pages/add/practices/practicesheet/{section.pk}/", form)
    assert response.status_code == status
    assert PracticeSheet.objects.live().filter(slug="lamps").exists() is (who == "coordinator")


def test_editor_opens_for_coordinators(client_as):
    sheet = PracticeSheetFactory()
    page = client_as("coordinator").get(f"/cms/pages/{sheet.pk}/edit/").content.decode()
    for part in ("Intelligence", "Intervention", "Implementation", "Involvement", "Impact"):
        assert part in page


def test_no_page_offers_a_second_rule_of_visibility():
    page_types = list(BasePage.__subclasses__())
    assert page_types
    assert {tuple(model.private_page_options) for model in page_types} == {()}
    assert PageViewRestriction.objects.count() == 0
