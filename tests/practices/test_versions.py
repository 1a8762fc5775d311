"""Frozen versions, what changed between them, and the same facts in every language."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from taggit.models import Tag
from wagtail.documents.models import Document

from practices.actions.publishing import share_facts
from practices.changes import changed_since_translation, marked_difference
from practices.models import Attachment, Objective, Partner, PracticeSheet, SheetVersion, TechnologyUse
from tests.factories import (
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ProjectFactory,
    translate,
)

pytestmark = pytest.mark.django_db


def publish(sheet, **values):
    sheet = PracticeSheet.objects.get(pk=sheet.pk)
    for name, value in values.items():
        setattr(sheet, name, value)
    sheet.save_revision().publish()
    return PracticeSheet.objects.get(pk=sheet.pk)


def behind(translation):
    translation = PracticeSheet.objects.get(pk=translation.pk)
    return changed_since_translation(translation, translation.versions.all(), AnonymousUser())


def versions(sheet):
    return [
        (version.number, version.changed_fields)
        for version in SheetVersion.objects.filter(sheet=sheet).order_by("number")
    ]


def test_each_publication_that_says_something_else_is_a_version():
    sheet = PracticeSheetFactory()
    publish(sheet)
    publish(sheet)
    publish(sheet, title="Other", problem="Dark.", members_note="Not for everybody")
    publish(sheet, members_note="Not for everybody, either")
    assert versions(sheet) == [(1, []), (2, ["title", "problem"])]


def test_rows_and_concepts_count_as_changes():
    sheet = PracticeSheetFactory()
    publish(sheet)
    publish(sheet, themes=[ConceptFactory()], objectives=[Objective(text="More light")])
    assert versions(sheet)[1] == (2, ["themes", "objectives"])


def test_version_keeps_its_address_and_what_it_said(client):
    sheet = publish(PracticeSheetFactory(language="nl", title="Eerst"))
    publish(sheet, title="Later", problem="Donker.")
    address = f"/en/sheets/{sheet.practice_id}/nl/v1/"
    assert SheetVersion.objects.get(sheet=sheet, number=1).get_absolute_url() == address
    page = client.get(address).content.decode()
    assert "<h1>Eerst</h1>" in page
    assert "You are reading version 1 of this sheet" in page
    assert "does not exist in your language" not in page
    assert '<span class="language-tag"><span lang="nl">Nederlands</span></span>' in page
    assert '<meta name="robots" content="noindex">' in page
    newer = client.get(f"/en/sheets/{sheet.practice_id}/nl/v2/").content.decode()
    assert "<del>Eerst</del><ins>Later</ins>" in newer


@pytest.mark.parametrize("path", ["v3/", "v0/", "v99999/", "../fr/v1/", "../xx/v1/"])
def test_version_that_never_was_is_not_there(client, path):
    sheet = publish(PracticeSheetFactory(language="nl"))
    assert client.get(f"/en/sheets/{sheet.practice_id}/nl/{path}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("visitor", 404), ("stranger", 200)])
def test_versions_are_for_those_who_may_read_the_sheet_today(client_as, who, status):
    sheet = publish(PracticeSheetFactory())
    publish(sheet, visibility="network")
    assert client_as(who).get(f"/en/sheets/{sheet.practice_id}/en/v1/").status_code == status


def test_withdrawn_sheet_takes_its_versions_along(client):
    sheet = publish(PracticeSheetFactory())
    sheet.unpublish()
    assert client.get(f"/en/sheets/{sheet.practice_id}/en/v1/").status_code == 404


def test_permanent_address_leads_to_the_readers_language(client):
    sheet = PracticeSheetFactory(language="nl", slug="fietsen")
    translate(sheet, "fr", slug="velos")
    number = sheet.practice_id
    answers = [client.get(f"/{language}/sheets/{number}/")["Location"] for language in ("nl", "fr", "de")]
    assert answers == ["/nl/praktijken/fietsen/", "/fr/pratiques/velos/", "/de/pratiques/velos/"]
    assert client.get("/en/sheets/999999/").status_code == 404


def test_language_versions_share_one_practice_and_copies_do_not():
    sheet = PracticeSheetFactory()
    translation = translate(sheet, "fr")
    copy = sheet.copy(update_attrs={"slug": "copy", "title": "Copy"})
    assert translation.practice == sheet.practice
    assert copy.practice != sheet.practice


# ---------------------------------------------------------------- the same facts in every language


def test_facts_of_the_original_reach_its_translations_and_words_do_not():
    sheet = PracticeSheetFactory(language="nl", title="Fietsen")
    translation = translate(sheet, "fr", title="Des vélos", problem="Sombre.")
    translation.save_revision().publish()
    city, theme = CityFactory(), ConceptFactory()
    publish(sheet, city=city, themes=[theme], stage="pilot", started=2014, problem="Donker.", title="Fietsen nu")
    translation = PracticeSheet.objects.get(pk=translation.pk)
    assert (translation.city, list(translation.themes.all()), translation.stage, translation.started) == (
        city, [theme], "pilot", 2014,
    )  # fmt: skip
    assert (translation.title, translation.problem) == ("Des vélos", "Sombre.")


def test_draft_of_a_translation_stays_a_draft_and_takes_the_facts():
    sheet = publish(PracticeSheetFactory(language="nl"))
    translation = translate(sheet, "fr", problem="Sombre.")
    translation.save_revision().publish()
    translation.problem = "Plus sombre."
    translation.save_revision()
    publish(sheet, started=2014)
    translation = PracticeSheet.objects.get(pk=translation.pk)
    draft = translation.get_latest_revision_as_object()
    assert (translation.problem, translation.started) == ("Sombre.", 2014)
    assert (draft.problem, draft.started) == ("Plus sombre.", 2014)


def test_rows_are_the_same_in_every_language_each_with_its_own_words():
    sheet = publish(PracticeSheetFactory(language="nl"), objectives=[Objective(text="Een"), Objective(text="Twee")])
    translation = translate(sheet, "fr")
    rows = list(translation.objectives.all())
    rows[0].text = "Un"
    translation.objectives = rows
    translation.save_revision().publish()
    first, second = PracticeSheet.objects.get(pk=sheet.pk).objectives.all()
    first.measure = "x"
    second.text = "Twee of meer"
    publish(sheet, objectives=[first, second, Objective(text="Drie")])
    shown = [(row.text, row.language) for row in PracticeSheet.objects.get(pk=translation.pk).objectives.all()]
    assert shown == [("Un", "fr"), ("Twee of meer", "nl"), ("Drie", "nl")]


def test_sharing_facts_twice_changes_nothing():
    sheet = publish(PracticeSheetFactory(language="nl"), objectives=[Objective(text="Een")], started=2014)
    translation = translate(sheet, "fr")
    share_facts(sheet=sheet)
    before = PracticeSheet.objects.get(pk=translation.pk).latest_revision_id
    share_facts(sheet=sheet)
    assert PracticeSheet.objects.get(pk=translation.pk).latest_revision_id == before


# ---------------------------------------------------------------- translations that fell behind


def test_translation_says_that_the_words_of_its_original_changed(client):
    sheet = publish(PracticeSheetFactory(language="nl"))
    translation = translate(sheet, "fr")
    translation.save_revision().publish()
    publish(sheet, started=2014)
    assert behind(translation) is None
    publish(sheet, problem="Donker.")
    translation = PracticeSheet.objects.get(pk=translation.pk)
    assert behind(translation).number == 3
    assert f'href="/fr/sheets/{sheet.practice_id}/nl/v3/"' in client.get(translation.url).content.decode()
    publish(translation, problem="Sombre.")
    assert behind(translation) is None


@pytest.mark.parametrize(
    ("old", "new", "html"),
    [
        ("a b", "a c", "a <del>b</del><ins>c</ins>"),
        ("", "new", "<ins>new</ins>"),
        ("gone", "", "<del>gone</del>"),
        ("<b>x</b>", "<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt;<ins> &amp; y</ins>"),
    ],
)
def test_difference_is_marked_and_safe(old, new, html):
    assert marked_difference(old, new) == html


# ---------------------------------------------------------------- what a version named, and is gone


@pytest.fixture
def named():
    """One of each thing that a sheet can name."""
    return {
        "theme": ConceptFactory(),
        "organisation": OrganisationFactory(),
        "partner": OrganisationFactory(),
        "technology": ConceptFactory(scheme="technology"),
        "project": ProjectFactory(),
        "city": CityFactory(),
        "document": Document.objects.create(title="Report", file=ContentFile(b"text", "report.txt")),
        "tag": Tag.objects.create(name="light", slug="light"),
    }


def sheet_that_names(named):
    """A sheet whose first version names all of it, and whose second one nothing."""
    sheet = PracticeSheetFactory()
    sheet.tags.add(named["tag"])
    sheet.save()
    sheet = publish(
        sheet,
        themes=[named["theme"]],
        organisation=named["organisation"],
        partners=[Partner(organisation=named["partner"])],
        technology_uses=[TechnologyUse(technology=named["technology"], description="A lamp that thinks")],
        related_project=named["project"],
        city=named["city"],
        attachments=[Attachment(title="What came of it", document=named["document"])],
    )
    emptied = dict.fromkeys(("themes", "partners", "technology_uses", "attachments"), ())
    return publish(sheet, **emptied, organisation=None, related_project=None, city=CityFactory())


@pytest.mark.parametrize(
    "what", ["theme", "organisation", "partner", "technology", "project", "city", "document", "tag"]
)
def test_version_can_be_read_without_what_it_named(client, named, what):
    sheet = sheet_that_names(named)
    named[what].delete()
    base = f"/en/sheets/{sheet.practice_id}/en"
    answers = [client.get(f"{base}/{path}").status_code for path in ("v1/", "v2/", "v1.pdf", "v1.bib")]
    assert answers == [200, 200, 200, 200]


def test_version_without_its_city_is_of_the_city_of_today(named):
    sheet = sheet_that_names(named)
    named["city"].delete()
    assert SheetVersion.objects.get(sheet=sheet, number=1).as_sheet().city == sheet.city


def test_version_keeps_what_is_still_there(named):
    sheet = sheet_that_names(named)
    named["document"].delete()
    frozen = SheetVersion.objects.get(sheet=sheet, number=1).as_sheet()
    assert (frozen.city, frozen.organisation, frozen.related_project) == (
        named["city"],
        named["organisation"],
        named["project"],
    )
    assert [row.organisation for row in frozen.partners.all()] == [named["partner"]]
    assert [(row.title, row.document) for row in frozen.attachments.all()] == [("What came of it", None)]
    assert [tag.name for tag in frozen.tags.all()] == ["light"]


def test_old_version_shows_members_the_note_of_today(client_as):
    """What was taken back from the members is not to be read in an old version, either."""
    sheet = publish(PracticeSheetFactory(), members_note="The name of a suspect")
    publish(sheet, members_note="The new note", title="Later")
    page = client_as("stranger").get(f"/en/sheets/{sheet.practice_id}/en/v1/").content.decode()
    assert ("The name of a suspect" in page, "The new note" in page) == (False, True)


def test_changes_do_not_name_a_project_that_was_withdrawn(client):
    project = ProjectFactory(title="A secret project")
    sheet = publish(PracticeSheetFactory())
    publish(sheet, related_project=project)
    address = f"/en/sheets/{sheet.practice_id}/en/v2/"
    assert "<ins>secret</ins>" not in client.get(address).content.decode()
    assert "A secret project" in client.get(address).content.decode().replace("</ins><ins>", "")
    project.unpublish()
    assert "secret" not in client.get(address).content.decode()


def test_translation_is_not_behind_an_original_that_is_not_to_be_seen(client):
    sheet = publish(PracticeSheetFactory(language="nl"))
    translation = publish(translate(sheet, "en"))
    sheet = publish(sheet, problem="Donker.")
    translation.refresh_from_db()
    assert b"The original (Nederlands) was changed" in client.get(translation.url).content
    sheet.unpublish()
    assert b"The original (" not in client.get(translation.url).content


def test_translation_lives_on_without_its_original(client):
    sheet = publish(PracticeSheetFactory(language="nl"), objectives=[Objective(text="Licht")])
    translation = publish(translate(sheet, "en"))
    PracticeSheet.objects.get(pk=sheet.pk).delete()
    translation = publish(translation, title="Later")
    answers = [client.get(address).status_code for address in (translation.url, f"/nl/sheets/{sheet.practice_id}/")]
    assert answers == [200, 302]


def test_version_names_its_city_as_it_is_called_today(client):
    sheet = publish(PracticeSheetFactory(city=CityFactory(names={"en": "Old Town"})))
    sheet.city.labels.update(text="New Town")
    page = client.get(f"/en/sheets/{sheet.practice_id}/en/v1/").content.decode()
    assert ("Old Town" in page, "New Town" in page) == (False, True)


def test_withdrawn_translation_takes_new_facts_and_stays_withdrawn():
    sheet = publish(PracticeSheetFactory(language="nl"))
    translation = publish(translate(sheet, "en"))
    translation.unpublish()
    city = CityFactory()
    publish(sheet, city=city)
    translation = PracticeSheet.objects.get(pk=translation.pk)
    assert (translation.live, translation.get_latest_revision_as_object().city) == (False, city)


def test_version_shows_its_own_concepts_and_rows(client):
    """Those of then, not those of today."""
    names = ("themes", "technologies", "target_groups", "action_types")
    then = {name: [ConceptFactory(names={"en": f"{name} of then"})] for name in names}
    today = {name: [ConceptFactory(names={"en": f"{name} of today"})] for name in names}
    sheet = publish(PracticeSheetFactory(), **then, objectives=[Objective(text="Goal of then")])
    publish(sheet, **today, objectives=[Objective(text="Goal of today")])
    page = client.get(f"/en/sheets/{sheet.practice_id}/en/v1/").content.decode()
    words = [*(f"{name} of" for name in names), "Goal of"]
    assert [(f"{word} then" in page, f"{word} today" in page) for word in words] == [(True, False)] * 5
