"""A question to the city behind a sheet: whom it reaches, and who reads it."""

import pytest

from discussions.models import Thread, ThreadGuest
from groups.actions import set_membership
from groups.enums import Role
from notifications.models import Notice, OutgoingMail, Subscription
from portal.asking.city_questions import MOST_A_DAY, ask_city, asked_about, audience_for
from practices.models import CoAuthor
from tests.factories import CityFactory, ContactFactory, PracticeSheetFactory, UserFactory, translate

pytestmark = pytest.mark.django_db

QUESTION = {"title": "How many?", "text": "How many messages?", "language": "it", "passage": ""}


@pytest.fixture
def sheet(group):
    return PracticeSheetFactory(group=group, title="BART", city=CityFactory(key="the-hague"))


def ask(sheet, asker, **fields):
    return ask_city(sheet=sheet, asker=asker, **{**QUESTION, **fields})


def notices(kind="question"):
    return sorted(Notice.objects.filter(kind=kind).values_list("user__email", flat=True))


# ---------------------------------------------------------------- who reads it


@pytest.mark.parametrize(("who", "is_in_group"), [("member", True), ("coordinator", True), ("stranger", False)])
def test_question_is_asked_in_the_group_of_the_sheet_by_its_members_and_else_in_the_network(
    people, group, sheet, who, is_in_group
):
    thread = ask(sheet, people[who])
    assert (thread.group, thread.visibility) == ((group, "group") if is_in_group else (None, "network"))
    assert (thread.about_id, thread.addressed_to) == (sheet.pk, sheet.city)


def test_question_about_a_sheet_without_a_group_is_for_the_network(people):
    assert ask(PracticeSheetFactory(), people["member"]).group is None


def test_question_on_a_translation_is_about_the_original(people, sheet):
    assert ask(translate(sheet, "fr"), people["member"]).about_id == sheet.pk


@pytest.mark.parametrize(("visibility", "status"), [("public", 200), ("network", 200), ("group", 404)])
def test_only_who_may_read_a_sheet_can_ask_about_it(client_as, group, visibility, status):
    sheet = PracticeSheetFactory(group=group, visibility=visibility)
    assert client_as("stranger").get(f"/en/sheets/{sheet.practice_id}/ask/").status_code == status
    assert client_as("member").get(f"/en/sheets/{sheet.practice_id}/ask/").status_code == 200


def test_visitor_is_led_to_the_login(client_as, sheet):
    response = client_as("visitor").post(f"/en/sheets/{sheet.practice_id}/ask/", QUESTION)
    assert (response.status_code, Thread.objects.count()) == (302, 0)
    assert response["Location"].startswith("/en/login/")


# ---------------------------------------------------------------- whom it reaches


def test_contact_with_an_account_is_told_at_once_and_follows(people, sheet, group):
    contact = UserFactory(email="Anna@example.org")
    set_membership(group=group, user=contact, role=Role.MEMBER)
    ContactFactory(sheet=sheet, email="anna@example.org")
    thread = ask(sheet, people["member"])
    (notice,) = Notice.objects.filter(kind="question")
    assert (notice.user, notice.subject, notice.topic) == (contact, thread.posts.get().key, thread.topic)
    assert Subscription.objects.filter(user=contact, topic=thread.topic, is_muted=False).exists()
    assert ThreadGuest.objects.count() == 0


def test_contact_without_an_account_gets_a_letter(people, sheet):
    ContactFactory(sheet=sheet, name="Anna", email="Anna@example.org", languages=["nl", "en"])
    thread = ask(sheet, people["member"])
    (guest,) = thread.guests.all()
    assert (guest.name, guest.email, guest.city, guest.languages) == (
        "Anna",
        "anna@example.org",
        sheet.city,
        ["nl", "en"],
    )
    assert [letter.recipient for letter in OutgoingMail.objects.all()] == ["anna@example.org"]


def test_contact_without_languages_is_written_to_in_the_language_of_the_city(people, sheet):
    ContactFactory(sheet=sheet)
    assert ask(sheet, people["member"]).guests.get().languages == ["nl"]


def test_contact_whose_account_cannot_read_the_thread_is_asked_by_mail(people, sheet):
    ContactFactory(sheet=sheet, email=people["stranger"].email)
    thread = ask(sheet, people["member"])
    assert (notices(), [guest.email for guest in thread.guests.all()]) == ([], [people["stranger"].email])


def test_contact_whose_account_is_shut_is_not_asked(people, sheet):
    shut = UserFactory(is_active=False)
    ContactFactory(sheet=sheet, email=shut.email)
    thread = ask(sheet, people["member"])
    assert (thread.guests.count(), OutgoingMail.objects.count()) == (0, 0)


def test_authors_hear_of_questions_about_their_sheet(people, sheet):
    CoAuthor.objects.create(practice=sheet.practice, user=people["coordinator"])
    ask(sheet, people["member"])
    assert notices() == [people["coordinator"].email]


def test_nobody_is_told_of_the_own_question(people, sheet):
    ContactFactory(sheet=sheet, email=people["member"].email.upper())
    CoAuthor.objects.create(practice=sheet.practice, user=people["member"])
    thread = ask(sheet, people["member"])
    assert (people["member"].email in notices(), thread.guests.count()) == (False, 0)


def test_where_a_sheet_names_nobody_coordinators_are_asked(people, sheet):
    ask(sheet, people["member"])
    assert notices() == [people["coordinator"].email]


def test_contact_named_twice_is_asked_once(people, sheet):
    ContactFactory(sheet=sheet, name="First", email="anna@example.org", sort_order=1)
    ContactFactory(sheet=sheet, name="Second", email="ANNA@example.org", sort_order=2)
    thread = ask(sheet, people["member"])
    assert [guest.name for guest in thread.guests.all()] == ["First"]


# ---------------------------------------------------------------- the page


def test_page_says_who_is_asked_and_who_reads_it(client_as, people, sheet):
    ContactFactory(sheet=sheet, name="Anna de Vries")
    response = client_as("member").get(f"/en/sheets/{sheet.practice_id}/ask/")
    assert response.context["asked"].names == ["Anna de Vries"]
    assert "the members of the working group “Innovation &amp; Security”" in response.content.decode()
    stranger = client_as("stranger").get(f"/en/sheets/{sheet.practice_id}/ask/").content.decode()
    assert "the members of the network" in stranger
    assert "Innovation" not in stranger


def test_page_begins_with_the_words_of_the_address(client_as, sheet):
    form = client_as("member").get(f"/en/sheets/{sheet.practice_id}/ask/?title=Why&passage=some+words").context["form"]
    assert (form["title"].value(), form["passage"].value()) == ("Why", "some words")


def test_asking_leads_to_the_thread(client_as, sheet):
    response = client_as("member").post(
        f"/en/sheets/{sheet.practice_id}/ask/", {**QUESTION, "passage": " two\n words "}
    )
    thread = Thread.objects.get()
    assert (response["Location"], thread.passage, thread.language) == (
        f"/en/discussions/{thread.pk}/",
        "two words",
        "it",
    )


def test_question_without_words_is_asked_for_again(client_as, sheet):
    response = client_as("member").post(f"/en/sheets/{sheet.practice_id}/ask/", {**QUESTION, "title": "\u200b"})
    assert (response.status_code, Thread.objects.count()) == (422, 0)
    assert "Ask your question in one sentence." in response.content.decode()
    assert "How many messages?" in response.content.decode()


def test_second_press_of_the_button_opens_no_second_thread(people, sheet):
    assert ask(sheet, people["member"]) == ask(sheet, people["member"])


def test_questions_have_an_end_for_one_day(client_as, people, sheet):
    for number in range(MOST_A_DAY):
        ask(sheet, people["member"], title=f"Question {number}")
    response = client_as("member").post(f"/en/sheets/{sheet.practice_id}/ask/", QUESTION)
    assert (response.status_code, Thread.objects.count()) == (422, MOST_A_DAY)
    assert "Please go on tomorrow." in response.content.decode()


@pytest.mark.parametrize(("who", "is_shown"), [("visitor", False), ("stranger", True), ("member", True)])
def test_sheet_leads_members_to_the_question(client_as, sheet, who, is_shown):
    page = client_as(who).get(sheet.url).content.decode()
    assert (f"/en/sheets/{sheet.practice_id}/ask/" in page) is is_shown


def test_members_of_no_group_find_their_question_on_the_sheet(client_as, people, sheet):
    ask(sheet, people["stranger"], title="Seen by all members")
    assert "Seen by all members" in client_as("stranger").get(sheet.url).content.decode()
    assert "Seen by all members" not in client_as("visitor").get(sheet.url).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_query_count_does_not_grow_with_those_asked(people, sheet, group, rows, django_assert_num_queries):
    for _row in range(rows):
        contact = UserFactory()
        set_membership(group=group, user=contact, role=Role.MEMBER)
        ContactFactory(sheet=sheet, email=contact.email)
        ContactFactory(sheet=sheet)
    audience = audience_for(sheet, people["member"])
    with django_assert_num_queries(4):
        asked = asked_about(sheet, asker=people["member"], audience=audience)
    assert (len(asked.people), len(asked.guests)) == (rows, rows)


def test_preview_shows_the_text_and_sends_nothing(client_as, sheet):
    response = client_as("member").post(
        f"/en/sheets/{sheet.practice_id}/ask/", {**QUESTION, "text": "**So**?", "preview": "1"}
    )
    assert (response.status_code, Thread.objects.count()) == (200, 0)
    page = response.content.decode()
    assert "<p><strong>So</strong>?</p>" in page
    assert "**So**?" in page
