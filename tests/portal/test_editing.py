"""What coordinators do in the editor."""

import pytest
from wagtail.models import PageViewRestriction

from common.models import BasePage
from practices.models import PracticeIndexPage, PracticeSheet
from tests.factories import CityFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


def sheet_form(**values):
    names = [
        "title",
        "slug",
        "summary",
        "acronym",
        "also_known_as",
        "organisation",
        "related_project",
        "started",
        "tags",
        "group",
    ]
    rich = dict.fromkeys(PracticeSheet.PARTS.values(), '{"blocks": [], "entityMap": {}}')
    return {
        **dict.fromkeys(names, ""),
        **rich,
        "visibility": "public",
        "comments-TOTAL_FORMS": 0,
        "comments-INITIAL_FORMS": 0,
        **values,
    }


@pytest.mark.parametrize(("who", "status"), [("coordinator", 302), ("member", 302), ("visitor", 302)])
def test_only_coordinators_publish(client_as, who, status):
    section = PracticeIndexPage.objects.get(locale__language_code="en")
    form = sheet_form(title="Lamps", slug="lamps", city=CityFactory().pk, **{"action-publish": "1"})
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
