"""The page of a project, and its form in the editor."""

from datetime import date

import pytest
from django.core.files.base import ContentFile
from wagtail.documents.models import Document
from wagtail.test.utils.form_data import querydict_from_html

from practices.models import Deliverable, Project, ProjectPartner
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ProjectFactory,
    RecommendationFactory,
    RecommendationIndexPageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def partner(project, **fields):
    return ProjectPartner.objects.create(project=project, **fields)


def document(name="report.pdf", size=2048):
    found = Document(title="Report")
    found.file.save(name, ContentFile(b"x" * size))
    found.save()
    return found


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count_of_a_full_project_is_constant(client, rows, django_assert_num_queries):
    project = ProjectFactory(programme="ISF", starts_on=date(2020, 1, 1))
    index = RecommendationIndexPageFactory(parent=project)
    for _row in range(rows):
        partner(project, organisation=OrganisationFactory(city=CityFactory()), city=CityFactory())
        Deliverable.objects.create(project=project, title="Report", document=document())
        RecommendationFactory(parent=index, sheets=[PracticeSheetFactory()])
        PracticeSheetFactory(related_project=project, themes=[ConceptFactory()])
        EventPageFactory(related_project=project, city=CityFactory())
    client.get(project.url)
    with django_assert_num_queries(33):
        response = client.get(project.url)
    assert (len(response.context["partners"]), len(response.context["deliverables"])) == (rows, rows)


def test_empty_fields_of_a_project_leave_no_trace(client):
    page = client.get(ProjectFactory().url).content.decode()
    assert "glance" not in page
    for heading in (
        "Programme",
        "Partners",
        "Deliverables",
        "Recommendations",
        "Practices of the project",
        "Events</h2>",
    ):
        assert heading not in page.partition("<main")[2]


def test_project_shows_its_facts(client):
    project = ProjectFactory(
        programme="Horizon 2020",
        grant_number="700281",
        starts_on=date(2016, 7, 1),
        website="https://www.example.org/",
    )
    glance = client.get(project.url).content.decode().partition('class="glance"')[2].partition("</aside>")[0]
    for words in ("Horizon 2020", "700281", "from 1 July 2016", 'href="https://www.example.org/"'):
        assert words in glance
    assert "Themes" not in glance


def test_partners_of_a_project_come_by_role_the_coordinator_first(client):
    project = ProjectFactory()
    partner(project, name="Associated", role="associated", sort_order=0)
    partner(project, organisation=OrganisationFactory(key="police", name="Police", city=CityFactory(key="turin")))
    partner(project, name="Coordinator", role="coordinator", sort_order=2, city=CityFactory(key="gent"))
    response = client.get(project.url)
    assert [str(one) for one in response.context["partners"]] == ["Coordinator", "Police", "Associated"]
    page = response.content.decode()
    for link in ("/en/organisations/police/", "/en/cities/turin/", "/en/cities/gent/"):
        assert f'href="{link}"' in page


def test_deliverables_say_what_a_link_leads_to(client):
    project = ProjectFactory()
    report = document()
    Deliverable.objects.create(project=project, title="Report", document=report, published_on=date(2017, 10, 3))
    Deliverable.objects.create(project=project, title="Roadmap", address="https://www.example.org/map", sort_order=1)
    Deliverable.objects.create(project=project, title="Workshop", sort_order=2)
    page = client.get(project.url).content.decode().replace("\xa0", " ")
    assert f'<a href="{report.url}" lang="en">Report</a> <span class="quiet">PDF, 2.0 KB</span>' in page
    assert "3 October 2017" in page
    assert '<a href="https://www.example.org/map" lang="en" rel="noopener">Roadmap</a>' in page
    assert '<span lang="en">Workshop</span>' in page


# ---------------------------------------------------------------- the editor


def rows(name, *several):
    """The fields of a form for rows of which none is saved yet."""
    form = {f"{name}-TOTAL_FORMS": str(len(several)), f"{name}-INITIAL_FORMS": "0"}
    for number, row in enumerate(several):
        form |= {f"{name}-{number}-{field}": value for field, value in {"ORDER": str(number + 1), **row}.items()}
    return form


def edit(client, project, **values):
    address = f"/cms/pages/{project.pk}/edit/"
    form = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    # The body is filled in by script.
    form.update({"action-publish": "1", "body-count": "0", **values})
    return client.post(address, form)


def test_editor_saves_a_project_with_partners_and_deliverables(client_as):
    project, police, report = ProjectFactory(), OrganisationFactory(), document()
    response = edit(
        client_as("coordinator"),
        project,
        programme="ISF",
        starts_on="2020-01-01",
        ends_on="2022-12-31",
        **rows(
            "partners",
            {"organisation": str(police.pk), "role": "coordinator"},
            {"name": "Université", "city": str(CityFactory().pk), "role": "partner"},
        ),
        **rows("deliverables", {"title": "Report", "document": str(report.pk)}),
    )
    assert response.status_code == 302
    saved = Project.objects.get(pk=project.pk)
    assert (saved.programme, saved.period != "") == ("ISF", True)
    assert [str(one) for one in saved.partners.all()] == [police.name, "Université"]
    assert [(one.title, one.document) for one in saved.deliverables.all()] == [("Report", report)]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"starts_on": "2022-01-01", "ends_on": "2020-01-01"}, "The project cannot have ended before it began."),
        (rows("partners", {"role": "partner"}), "Name the partner, or choose an organisation."),
        (rows("deliverables", {"title": "", "address": "https://www.example.org/"}), "This field is required."),
        (rows("deliverables", {"title": "Report", "address": "nowhere"}), "Enter a valid URL."),
    ],
)
def test_editor_says_at_the_field_what_is_wrong(client_as, values, message):
    project = ProjectFactory()
    response = edit(client_as("coordinator"), project, **values)
    assert response.status_code == 200
    assert message in response.content.decode()
    assert Project.objects.get(pk=project.pk).partners.count() == 0


def test_editor_refuses_a_deliverable_with_file_and_address(client_as):
    project = ProjectFactory()
    row = {"title": "Report", "document": str(document().pk), "address": "https://www.example.org/"}
    response = edit(client_as("coordinator"), project, **rows("deliverables", row))
    assert "Give either a file or an address." in response.content.decode()
    assert Project.objects.get(pk=project.pk).deliverables.count() == 0


def test_preview_shows_partners_that_are_not_saved(client_as):
    project = ProjectFactory()
    client = client_as("coordinator")
    address = f"/cms/pages/{project.pk}/edit/"
    form = querydict_from_html(client.get(address).content.decode(), form_id="page-edit-form")
    form.update({"body-count": "0", **rows("partners", {"name": "Université", "role": "partner"})})
    assert client.post(f"{address}preview/", form).json()["is_valid"] is True
    assert "Université" in client.get(f"{address}preview/").content.decode()
