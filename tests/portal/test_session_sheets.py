"""Notes of sessions, and the drafts of practice sheets that are made from them."""

import pytest
from django.core.exceptions import ValidationError

from events.models import SessionPerson
from events.session_notes import Notes, headings, parts_of, template_of_notes
from notifications.models import OutgoingMail
from portal.session_sheets import draft_sheet_of_session, speakers_with_city
from practices.models import PracticeSheet
from tests.factories import CityFactory, ConceptFactory, EventPageFactory, PracticeSheetFactory, SessionFactory

pytestmark = pytest.mark.django_db

NOTES = """Opening words.

## Problem

Streets were **dark**.

## What was done:

Lamps.

### Who paid

The city.

## Results

Fewer falls.

## Lessons

Ask first.
"""


@pytest.fixture
def event(group):
    theme = ConceptFactory(names={"en": "street lighting"}, key="street-lighting")
    return EventPageFactory(title="Assembly", group=group, themes=[theme]).event


@pytest.fixture
def session(event):
    return SessionFactory(
        event=event, title={"en": "Lamps"}, abstract={"en": "On lamps."}, notes=NOTES, notes_language="en"
    )


def speaks(session, **fields):
    return SessionPerson.objects.create(session=session, **fields)


# ---------------------------------------------------------------- notes


def test_notes_are_ordered_by_their_headings():
    assert parts_of(NOTES) == Notes(
        problem="Streets were **dark**.",
        done="Lamps.",
        results="Fewer falls.",
        lessons="Ask first.",
        rest="Opening words.\n\n**Who paid**\n\nThe city.",
    )


@pytest.mark.parametrize("language", ["fr", "en", "de", "it", "nl", "es", "pt"])
def test_headings_are_understood_in_every_language(language):
    notes = "".join(f"## {words}\n\n{part}\n\n" for part, words in headings(language).items())
    assert parts_of(notes) == Notes("problem", "done", "results", "lessons", "")


def test_template_that_nobody_filled_in_says_nothing():
    assert parts_of(template_of_notes("en")) == Notes("", "", "", "", "")
    assert parts_of("") == Notes("", "", "", "", "")


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 200), ("stranger", 403), ("visitor", 302)],
)
def test_notes_are_for_coordinators_and_those_who_have_a_part(client_as, people, session, who, status):
    speaks(session, user=people["member"], role="moderator")
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/notes/"
    assert client_as(who).get(path).status_code == status
    answer = client_as(who).post(path, {"notes": "New.", "notes_language": "en", "base": ""})
    session.refresh_from_db()
    assert (answer.status_code, session.notes == NOTES) == ({200: 422}.get(status, status), True)


def test_notes_of_an_event_that_one_may_not_see_are_not_there(client_as, event, session):
    event.status = "draft"
    event.save()
    path = f"/en/meetings/{event.pk}/sessions/{session.pk}/notes/"
    assert client_as("member").get(path).status_code == 404
    other = EventPageFactory().event
    assert client_as("coordinator").get(f"/en/meetings/{other.pk}/sessions/{session.pk}/notes/").status_code == 404


def test_notes_are_saved_without_disturbing_calendars(client_as, event):
    session = SessionFactory(event=event)
    client, path = client_as("coordinator"), f"/en/meetings/{event.pk}/sessions/{session.pk}/notes/"
    form = client.get(path).context["form"]
    assert form["notes"].initial == template_of_notes("en")
    response = client.post(path, {"notes": "Ja.\r\nNein.", "notes_language": "de", "base": form["base"].initial})
    assert response.url == f"/en/meetings/{event.pk}/manage/after/"
    session.refresh_from_db()
    assert (session.notes, session.notes_language, session.sequence) == ("Ja.\nNein.", "de", 0)


def test_two_people_do_not_overwrite_each_other(client_as, session):
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/notes/"
    first, second = client_as("coordinator"), client_as("administrator")
    base = first.get(path).context["form"]["base"].initial
    first.post(path, {"notes": "Mine.", "notes_language": "en", "base": base})
    response = second.post(path, {"notes": "Theirs.", "notes_language": "en", "base": base})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Somebody else changed the notes meanwhile." in page
    assert "Mine." in page
    assert "Theirs." in page
    again = response.context["form"].data["base"]
    assert second.post(path, {"notes": "Theirs.", "notes_language": "en", "base": again}).status_code == 302
    session.refresh_from_db()
    assert session.notes == "Theirs."


def test_notes_that_are_too_long_are_not_lost(client_as, session):
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/notes/"
    response = client_as("coordinator").post(path, {"notes": "long " * 5000, "notes_language": "xx", "base": ""})
    assert response.status_code == 422
    assert "long long" in response.content.decode()


# ---------------------------------------------------------------- the sheet


def test_notes_become_the_draft_of_the_speakers_city(people, session):
    city = CityFactory(names={"en": "Exampleton"})
    ada = people["member"]
    ada.city = city
    ada.languages = ["en"]
    ada.save()
    speaks(session, user=ada)
    (speaker,) = speakers_with_city(session)
    sheet = draft_sheet_of_session(session=session, speaker=speaker, by=people["coordinator"])
    draft = PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object()
    assert (draft.title, draft.language, draft.city, draft.owner, draft.live) == ("Lamps", "en", city, ada, False)
    assert draft.group == session.event.group
    assert (draft.problem, draft.solution, draft.impact, draft.lessons) == (
        "Streets were **dark**.",
        "Lamps.",
        "Fewer falls.",
        "Ask first.",
    )
    assert draft.members_note == (
        "Drafted from the notes of the session “Lamps” (Assembly, 1 April 2019)."
        "\n\nOpening words.\n\n**Who paid**\n\nThe city."
    )
    assert [theme.key for theme in draft.themes.all()] == ["street-lighting"]
    session.refresh_from_db()
    assert session.practice == sheet.practice
    mail = OutgoingMail.objects.get(kind="session-sheet-drafted")
    assert (mail.user, mail.subject) == (ada, "A practice sheet from your session: “Lamps”")
    assert f"/en/sheets/drafts/{sheet.pk}/write/" in mail.text


def test_abstract_says_what_was_done_where_the_notes_do_not(people, session):
    session.notes = "## Problem\n\nDark."
    session.save()
    speaks(session, name="A guest", city=CityFactory())
    (speaker,) = speakers_with_city(session)
    sheet = draft_sheet_of_session(session=session, speaker=speaker, by=people["coordinator"])
    assert sheet.get_latest_revision_as_object().solution == "On lamps."


@pytest.mark.parametrize("case", ["guest", "of another city", "shut account"])
def test_draft_belongs_to_the_coordinator_where_the_speaker_cannot_have_it(people, session, case):
    city, ada = CityFactory(), people["member"]
    ada.city = CityFactory() if case == "of another city" else city
    ada.is_active = case != "shut account"
    ada.save()
    speaks(session, city=city, **({"name": "A guest"} if case == "guest" else {"user": ada}))
    (speaker,) = speakers_with_city(session)
    sheet = draft_sheet_of_session(session=session, speaker=speaker, by=people["coordinator"])
    assert (sheet.owner, sheet.city) == (people["coordinator"], city)
    assert not OutgoingMail.objects.filter(kind="session-sheet-drafted").exists()


def test_speakers_come_before_moderators_and_only_those_with_a_city(session):
    speaks(session, name="No city")
    speaks(session, name="Moderator", city=CityFactory(), role="moderator", position=0)
    speaks(session, name="Speaker", city=CityFactory(), position=5)
    assert [speaker.person.name for speaker in speakers_with_city(session)] == ["Speaker", "Moderator"]


@pytest.mark.parametrize(
    ("fields", "said"), [({"notes": ""}, "no notes"), ({"practice": True}, "presents a practice already")]
)
def test_draft_is_refused(people, session, fields, said):
    if "practice" in fields:
        fields = {"practice": PracticeSheetFactory().practice}
    for name, value in fields.items():
        setattr(session, name, value)
    session.save()
    speaks(session, name="A guest", city=CityFactory())
    before = PracticeSheet.objects.count()
    with pytest.raises(ValidationError, match=said):
        draft_sheet_of_session(session=session, speaker=speakers_with_city(session)[0], by=people["coordinator"])
    assert PracticeSheet.objects.count() == before


def test_coordinator_sees_what_the_draft_will_say_and_makes_it(client_as, session):
    person = speaks(session, name="A guest", city=CityFactory(names={"en": "Exampleton"}))
    other = speaks(session, name="Another", city=CityFactory())
    client, path = client_as("coordinator"), f"/en/meetings/{session.event_id}/sessions/{session.pk}/sheet/"
    page = client.get(path).content.decode()
    assert "A guest, Exampleton" in page
    assert "<strong>dark</strong>" in page
    assert PracticeSheet.objects.count() == 0
    assert client.post(path, {"speaker": str(other.pk + 99)}).status_code == 422
    response = client.post(path, {"speaker": str(person.pk)})
    sheet = PracticeSheet.objects.get()
    assert response.url == f"/en/sheets/drafts/{sheet.pk}/write/"
    assert client.get(response.url).status_code == 200
    again = client.post(path, {"speaker": str(person.pk)})
    assert again.status_code == 422
    assert "go on with its sheet" in again.content.decode()
    assert PracticeSheet.objects.count() == 1


def test_session_that_presents_a_sheet_leads_to_it(client_as, session):
    session.practice = PracticeSheetFactory(title="Old lamps").practice
    session.save()
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/sheet/"
    page = client_as("coordinator").get(path).content.decode()
    assert f'href="/en/sheets/{session.practice_id}/"' in page
    assert "Old lamps" in page
    assert 'name="speaker"' not in page


def test_without_a_city_there_is_no_sheet(client_as, session):
    speaks(session, name="A guest")
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/sheet/"
    page = client_as("coordinator").get(path).content.decode()
    assert "No city is known of anybody who speaks in this session." in page
    assert 'name="speaker"' not in page


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
def test_making_sheets_is_for_those_who_look_after_the_event(client_as, session, who, status):
    path = f"/en/meetings/{session.event_id}/sessions/{session.pk}/sheet/"
    assert client_as(who).get(path).status_code == status


def test_session_of_another_event_is_not_there(client_as, session):
    other = EventPageFactory(group=session.event.group).event
    path = f"/en/meetings/{other.pk}/sessions/{session.pk}/sheet/"
    assert client_as("coordinator").get(path).status_code == 404


# ---------------------------------------------------------------- what is left to do


@pytest.mark.parametrize("rows", [1, 3])
def test_after_page_query_count_is_constant(client_as, event, rows, django_assert_num_queries):
    for row in range(rows):
        SessionFactory(event=event, notes="Noted." if row else "")
    client, path = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/after/"
    client.get(path)
    with django_assert_num_queries(AFTER_QUERIES):
        response = client.get(path)
    assert len(response.context["sessions"]) == rows
    assert "1 session has none yet." in response.content.decode()


AFTER_QUERIES = 17
