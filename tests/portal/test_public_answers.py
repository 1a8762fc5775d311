"""An accepted answer comes to stand on the sheet, if its author agrees; and goes again."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from discussions.actions.posting import add_post
from discussions.models import AnswerOffer, Post, Thread
from groups.models import AuditEntry
from notifications.models import OutgoingMail
from portal.asking import answers
from practices.actions.answers import publish_answer, remove_answer
from practices.exports import for_export, json_lines
from practices.models import CoAuthor, PracticeSheet, PublicAnswer
from practices.printed_sheets import Print, printed_sheet
from search.models import PendingUpdate
from search.sources import documents_by_id
from tests.factories import CityFactory, PracticeSheetFactory, ThreadFactory, ThreadGuestFactory, translate

pytestmark = pytest.mark.django_db

WORDS = {"question": "How many were there?", "question_language": "en", "answer": "**Twelve** a day."}


@pytest.fixture
def sheet(group):
    return PracticeSheetFactory(group=group, title="BART")


@pytest.fixture
def thread(group, people, sheet):
    return ThreadFactory(group=group, author=people["coordinator"], about=sheet, title="How many?")


@pytest.fixture
def post(thread, people):
    people["member"].city = CityFactory(key="the-hague", names={"nl": "Den Haag"})
    people["member"].save()
    return accepted(add_post(thread=thread, author=people["member"], text="Twelve, **Ada** says.", language="nl"))


def accepted(post):
    Thread.objects.filter(pk=post.thread_id).update(answer=post)
    post.thread.refresh_from_db()
    return post


@pytest.fixture
def offer(post, sheet, people):
    return answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **WORDS)


def letters(kind):
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def consent_path(offer):
    return f"/en/sheets/answers/consent/{answers.consent_token(offer)}/"


# ---------------------------------------------------------------- offering


@pytest.mark.parametrize(
    ("who", "status"),
    [("visitor", 302), ("stranger", 404), ("administrator", 404), ("member", 403), ("coordinator", 302)],
)
def test_offering_is_for_those_who_look_after_sheet_or_thread(client_as, post, who, status):
    response = client_as(who).post(f"/en/sheets/answers/offer/{post.pk}/", WORDS)
    assert response.status_code == status
    assert AnswerOffer.objects.count() == (1 if who == "coordinator" else 0)


def test_authors_of_the_sheet_offer_answers(client_as, post, people, sheet):
    CoAuthor.objects.create(practice=sheet.practice, user=people["member"])
    assert client_as("member").get(f"/en/sheets/answers/offer/{post.pk}/").status_code == 200


def test_only_the_accepted_answer_is_offered(client_as, post, thread):
    other = add_post(thread=thread, author=None, text="No idea.", language="en")
    client = client_as("coordinator")
    assert client.get(f"/en/sheets/answers/offer/{post.pk}/").status_code == 200
    assert client.get(f"/en/sheets/answers/offer/{other.pk}/").status_code == 403


def test_answer_of_a_thread_about_nothing_cannot_be_offered(client_as, people, group):
    thread = ThreadFactory(group=group, author=people["member"])
    post = accepted(thread.posts.get())
    assert client_as("coordinator").get(f"/en/sheets/answers/offer/{post.pk}/").status_code == 404


def test_form_begins_with_the_words_of_the_thread(client_as, post):
    form = client_as("coordinator").get(f"/en/sheets/answers/offer/{post.pk}/").context["form"]
    assert (form["question"].value(), form["answer"].value()) == ("How many?", "Twelve, **Ada** says.")


@pytest.mark.parametrize("name", ["question", "answer"])
def test_offer_without_words_is_asked_for_again(client_as, post, name):
    response = client_as("coordinator").post(f"/en/sheets/answers/offer/{post.pk}/", {**WORDS, name: " "})
    assert (response.status_code, AnswerOffer.objects.count()) == (422, 0)


def test_author_is_asked_by_a_letter_in_an_own_language(post, sheet, people):
    people["member"].languages = ["it"]
    people["member"].save()
    answers.offer_answer(post=Post.objects.get(pk=post.pk), sheet=sheet, by=people["coordinator"], **WORDS)
    (letter,) = letters("answer-offered")
    assert (letter.recipient, letter.language) == (people["member"].email, "it")
    assert "/it/sheets/answers/consent/" in letter.text
    assert "> **Twelve** a day." in letter.text


def test_new_words_close_the_address_of_the_former_ones(client, offer, post, sheet, people):
    former = consent_path(offer)
    later = answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **{**WORDS, "question": "Other?"})
    assert client.get(former).status_code == 410
    assert "Other?" in client.get(consent_path(later)).content.decode()


def test_same_words_offered_twice_are_one_letter_with_an_address_that_works(client, offer, post, sheet, people):
    assert answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **WORDS) == offer
    assert len(letters("answer-offered")) == 1
    assert client.get(consent_path(offer)).status_code == 200


def test_letter_names_the_sheet_in_the_language_of_its_reader(post, sheet, people):
    translate(sheet, "nl", title="BART in het Nederlands")
    people["member"].languages = ["nl"]
    people["member"].save()
    post.refresh_from_db()
    answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **WORDS)
    assert letters("answer-offered")[0].subject == "Mag uw antwoord op het blad “BART in het Nederlands” staan?"


def test_refused_answer_is_not_offered_again(client_as, offer, post):
    answers.refuse_consent(offer=answers.read_consent_token(answers.consent_token(offer)))
    response = client_as("coordinator").post(f"/en/sheets/answers/offer/{post.pk}/", WORDS)
    assert response.status_code == 422
    assert "The author does not want this answer to stand on the sheet." in response.content.decode()


def test_author_who_left_cannot_be_asked(client_as, post, people):
    people["member"].is_active = False
    people["member"].save()
    response = client_as("coordinator").post(f"/en/sheets/answers/offer/{post.pk}/", WORDS)
    assert (response.status_code, letters("answer-offered")) == (422, [])


# ---------------------------------------------------------------- agreeing


def test_opening_the_address_from_the_letter_changes_nothing(client, offer):
    page = client.get(consent_path(offer)).content.decode()
    offer.refresh_from_db()
    assert (offer.status, PublicAnswer.objects.count()) == ("waiting", 0)
    assert "<strong>Twelve</strong> a day." in page


@pytest.mark.parametrize(("signed", "name"), [("person", "Ada Person, Den Haag"), ("city", "Den Haag"), ("nobody", "")])
def test_author_agrees_without_a_login_and_chooses_the_name(client, offer, post, people, sheet, signed, name):
    people["member"].first_name, people["member"].last_name = "Ada", "Person"
    people["member"].save()
    # Made once: the key says when it was made.
    path = consent_path(offer)
    response = client.post(path, {"decision": "agree", "signed": signed})
    assert response["Location"] == path
    answer = sheet.practice.public_answers.get()
    assert (answer.question, answer.question_language, answer.answer, answer.language) == (*WORDS.values(), "nl")
    assert (answer.answered_by, answer.source) == (name, post.key)


@pytest.mark.parametrize("signed", ["", "somebody"])
def test_name_has_to_be_chosen_among_those_offered(client, offer, signed):
    response = client.post(consent_path(offer), {"decision": "agree", "signed": signed})
    assert (response.status_code, PublicAnswer.objects.count()) == (422, 0)


@pytest.mark.parametrize("decision", ["", "nonsense"])
def test_post_without_a_decision_decides_nothing(client, offer, decision):
    client.post(consent_path(offer), {"decision": decision, "signed": "person"})
    offer.refresh_from_db()
    assert offer.status == "waiting"


def test_agreeing_twice_puts_one_answer_and_tells_once(client, offer):
    for _time in range(2):
        client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    assert (PublicAnswer.objects.count(), len(letters("answer-decided"))) == (1, 1)


def test_whoever_offered_is_told_of_either_answer(client, offer, people):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    client.post(consent_path(offer), {"decision": "refuse"})
    assert [(letter.recipient, "now stands" in letter.subject) for letter in letters("answer-decided")] == [
        (people["coordinator"].email, True),
        (people["coordinator"].email, False),
    ]


def test_author_takes_the_answer_back(client, offer):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    client.post(consent_path(offer), {"decision": "refuse"})
    offer.refresh_from_db()
    assert (offer.status, PublicAnswer.objects.count()) == ("refused", 0)


def test_guest_agrees_by_the_letter(client, thread, sheet, people):
    guest = ThreadGuestFactory(thread=thread, email="anna@example.org", name="Anna", languages=["nl"])
    post = accepted(add_post(thread=thread, author=None, guest=guest, text="Twaalf.", language="nl"))
    offer = answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **WORDS)
    assert [letter.recipient for letter in letters("answer-offered")] == ["anna@example.org"]
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    assert sheet.practice.public_answers.get().answered_by.startswith("Anna, ")


@pytest.mark.parametrize("token", ["nonsense", "WzEsIngiXQ:1abc:x"])
def test_broken_key_opens_nothing(client, token):
    assert client.get(f"/en/sheets/answers/consent/{token}/").status_code == 410


@pytest.mark.parametrize(("days", "status"), [(89, 200), (91, 410)])
def test_key_works_for_three_months(client, post, sheet, people, days, status):
    offer = answers.offer_answer(post=post, sheet=sheet, by=people["coordinator"], **WORDS)
    offer.asked_at = timezone.now() - timedelta(days=days)
    offer.save()
    assert client.get(consent_path(offer)).status_code == status


def test_key_still_takes_back_what_was_agreed_to_long_ago(client, offer):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    offer.refresh_from_db()
    offer.asked_at -= timedelta(days=400)
    offer.save()
    client.post(consent_path(offer), {"decision": "refuse"})
    assert PublicAnswer.objects.count() == 0


def test_own_offer_is_answered_on_the_portal_by_its_author_alone(client_as, offer):
    statuses = {who: client_as(who).get(f"/en/sheets/answers/mine/{offer.pk}/").status_code for who in ("visitor", "stranger", "coordinator", "member")}  # fmt: skip
    assert statuses == {"visitor": 302, "stranger": 404, "coordinator": 404, "member": 200}


def test_whoever_offers_an_own_answer_agrees_at_once_and_gets_no_letter(client_as, thread, people):
    post = accepted(add_post(thread=thread, author=people["coordinator"], text="Twelve.", language="en"))
    response = client_as("coordinator").post(f"/en/sheets/answers/offer/{post.pk}/", WORDS)
    offer = AnswerOffer.objects.get()
    assert (response["Location"], letters("answer-offered")) == (f"/en/sheets/answers/mine/{offer.pk}/", [])
    client_as("coordinator").post(response["Location"], {"decision": "agree", "signed": "person"})
    assert (PublicAnswer.objects.count(), letters("answer-decided")) == (1, [])


def test_waiting_offers_are_those_of_ones_own_answers(offer, people):
    assert [answers.offers_waiting_for(people[who]) for who in ("member", "coordinator")] == [[offer], []]


@pytest.mark.parametrize(("who", "words"), [("member", "May your answer stand on the sheet?"), ("coordinator", "Its author has been asked"), ("other", "")])  # fmt: skip
def test_thread_says_where_the_offer_stands_to_those_concerned(client_as, people, group, offer, who, words):
    from groups.actions import set_membership
    from groups.enums import Role

    people["other"] = people["stranger"]
    set_membership(group=group, user=people["other"], role=Role.MEMBER)
    page = client_as(who).get(f"/en/discussions/{offer.post.thread_id}/").content.decode()
    notes = re.findall(r'class="asking-note">\s*<p>(.*?)<', page)
    assert [note.strip()[: len(words)] for note in notes] == ([words] if words else [])


# ---------------------------------------------------------------- on the sheet, and off it


@pytest.fixture
def answer(sheet):
    return publish_answer(
        practice=sheet.practice, **WORDS, language="nl", answered_by="Anna, Den Haag", source="post:0"
    )


@pytest.mark.parametrize("who", ["visitor", "stranger", "coordinator"])
def test_answer_stands_on_the_sheet_in_every_language(client_as, sheet, answer, who):
    french = translate(sheet, "fr", slug="fiche")
    for address in (sheet.url, french.url):
        page = client_as(who).get(address).content.decode()
        assert "<strong>Twelve</strong> a day." in page
        assert ("/remove/" in page) is (who == "coordinator")


def test_answers_of_a_sheet_for_members_are_not_shown_to_others(client_as, group):
    sheet = PracticeSheetFactory(group=group, visibility="group")
    publish_answer(practice=sheet.practice, **WORDS, language="nl", answered_by="", source="post:0")
    assert client_as("visitor").get(sheet.url).status_code == 404


def test_answers_stand_in_the_order_in_which_they_came(sheet, answer):
    later = publish_answer(practice=sheet.practice, **WORDS, language="en", answered_by="", source="post:1")
    again = publish_answer(practice=sheet.practice, **{**WORDS, "question": "New?"}, language="nl", answered_by="", source="post:0")  # fmt: skip
    assert list(sheet.practice.public_answers.all()) == [again, later]
    assert again.pk == answer.pk


@pytest.mark.parametrize(
    ("who", "status", "left"), [("visitor", 302, 1), ("stranger", 403, 1), ("member", 403, 1), ("coordinator", 302, 0)]
)
def test_removing_is_for_those_who_look_after_the_sheet(client_as, answer, who, status, left):
    response = client_as(who).post(f"/en/sheets/answers/{answer.pk}/remove/")
    assert (response.status_code, PublicAnswer.objects.count()) == (status, left)


def test_removing_asks_first(client_as, answer):
    assert client_as("coordinator").get(f"/en/sheets/answers/{answer.pk}/remove/").status_code == 200
    assert PublicAnswer.objects.count() == 1


@pytest.mark.parametrize(("who", "status"), [("member", "refused"), ("coordinator", None)])
def test_answer_that_its_author_removed_is_not_offered_again_one_that_others_removed_may_be(
    client, client_as, offer, who, status
):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    client_as(who).post(f"/en/sheets/answers/{PublicAnswer.objects.get().pk}/remove/")
    assert PublicAnswer.objects.count() == 0
    assert AnswerOffer.objects.values_list("status", flat=True).first() == status


@pytest.mark.parametrize("field", ["hidden_at", "withdrawn_at"])
def test_post_that_is_hidden_or_withdrawn_stands_on_no_sheet(client, offer, post, field):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    setattr(post, field, timezone.now())
    post.save()
    assert (PublicAnswer.objects.count(), AnswerOffer.objects.count()) == (0, 0)
    assert client.get(consent_path(offer)).status_code == 410


def test_post_that_is_changed_leaves_the_sheet_as_it_is(client, offer, post):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    post.set_source("Thirteen.")
    post.save()
    assert PublicAnswer.objects.get().answer == WORDS["answer"]


@pytest.mark.parametrize("rows", [1, 3])
def test_sheet_query_count_does_not_grow_with_answers(client, sheet, rows, django_assert_max_num_queries):
    client.get(sheet.url)
    for number in range(rows):
        publish_answer(practice=sheet.practice, **WORDS, language="nl", answered_by="", source=f"post:{number}")
    with django_assert_max_num_queries(60) as captured:
        client.get(sheet.url)
    assert sum("publicanswer" in query["sql"] for query in captured.captured_queries) == 1


# ---------------------------------------------------------------- elsewhere


def test_answers_are_in_the_tables(sheet, answer):
    rows = [json.loads(line) for line in json_lines(for_export(PracticeSheet.objects.filter(pk=sheet.pk)), "en")]
    assert rows[0]["public_answers"] == [{**WORDS, "language": "nl", "answered_by": "Anna, Den Haag"}]


def test_answers_are_found_by_the_search(sheet, answer):
    (document,) = documents_by_id([f"practices.practicesheet:{sheet.pk}"])
    assert "How many were there?" in document.text
    assert "Twelve a day." in document.text


def test_search_hears_of_answers_that_come_and_go(sheet, answer):
    name = f"practices.practicesheet:{sheet.pk}"
    assert PendingUpdate.objects.filter(document_id=name).exists()
    PendingUpdate.objects.all().delete()
    assert (remove_answer(source=answer.source), remove_answer(source=answer.source)) == (True, False)
    assert PendingUpdate.objects.filter(document_id=name).exists()


def test_answers_are_described_for_machines(client, sheet, answer):
    page = client.get(sheet.url).content.decode()
    graph = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)[1])["@graph"]
    (article,) = [node for node in graph if node["@type"] == "Article"]
    (question,) = article["hasPart"]["mainEntity"]
    assert (article["hasPart"]["@type"], question["name"]) == ("FAQPage", "How many were there?")
    assert question["acceptedAnswer"]["text"] == "Twelve a day."


def test_sheet_without_answers_describes_none(client, sheet):
    assert "FAQPage" not in client.get(sheet.url).content.decode()


def test_only_the_pdf_of_the_latest_version_has_the_answers(sheet, answer):
    versions = []
    for title in ("First", "Second"):
        sheet.title = title
        sheet.save_revision().publish()
        sheet = PracticeSheet.objects.get(pk=sheet.pk)
        versions.append(sheet.versions.first())
    names = [
        [section["name"] for section in printed_sheet(Print.of(version), "Network")["sections"]] for version in versions
    ]
    assert ["Questions and answers" in each for each in names] == [False, True]


@pytest.mark.parametrize(("who", "acts"), [("member", []), ("coordinator", ["answer-removed"])])
def test_removing_what_others_answered_is_in_the_audit_log(client, client_as, offer, group, who, acts):
    client.post(consent_path(offer), {"decision": "agree", "signed": "person"})
    client_as(who).post(f"/en/sheets/answers/{PublicAnswer.objects.get().pk}/remove/")
    assert list(AuditEntry.objects.values_list("act", flat=True)) == acts
