"""Badges, the list to be signed, certificates: read back from what is printed."""

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typst
import zxingcpp
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf import PdfReader

from common.typesetting import typeset
from events.actions.attendance import check_in, issue_certificate, undo_check_in
from events.codes import entry_code
from events.models import Certificate
from events.papers import (
    BADGES,
    badges,
    badges_pdf,
    certificate_address,
    certificate_paper,
    certificate_pdf,
    check_in_address,
    signatures_pdf,
)
from tests.factories import CityFactory, EventPageFactory, RegistrationFactory, UserFactory, translate

pytestmark = pytest.mark.django_db

HOSTILE = [
    '#read("/etc/passwd")',
    '#panic("x")',
    "$x^2$ `code` *bold* _it_ @cite <label>",
    "back\\slash \\u{41} \\#",
    "[[ ]] #[ { }",
    "// /* comment */",
]


@pytest.fixture
def event(group):
    return EventPageFactory(title="Assembly", group=group, city=CityFactory(names={"en": "Augsburg"})).event


def read(content):
    return PdfReader(io.BytesIO(content))


def text_of(reader):
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages).replace("\u200b", ""))


def picture(template, data):
    """The first page of a paper as a picture, as somebody's camera sees it."""
    root = Path(django_settings.BASE_DIR) / "templates"
    content = typst.compile(
        root / template,
        root=root,
        font_paths=[root / "pdf" / "fonts"],
        sys_inputs={"data": json.dumps(data)},
        format="png",
        ppi=200,
    )
    return Image.open(io.BytesIO(content[0] if isinstance(content, list) else content))


def certified(event, **fields):
    person = RegistrationFactory(event=event, **fields)
    check_in(registration=person, by=UserFactory())
    return issue_certificate(registration=person)


# ---------------------------------------------------------------- badges


@pytest.mark.parametrize(("people", "pages"), [(1, 1), (10, 1), (11, 2)])
def test_badges_are_ten_on_a_page(event, people, pages):
    for _person in range(people):
        RegistrationFactory(event=event)
    assert len(read(badges_pdf(event, "Assembly", "en")).pages) == pages


def test_badge_says_who_somebody_is(event):
    user = UserFactory(languages=["fr", "it"])
    ada = RegistrationFactory(event=event, name="Ada Lovelace", organisation="City police", city=event.city, user=user)
    bob = RegistrationFactory(event=event, name="Bob", language="de")
    RegistrationFactory(event=event, name="Gone", status="cancelled")
    text = text_of(read(badges_pdf(event, "Assembly", "en")))
    assert "Assembly · 1 April 2019" in text
    assert "Ada Lovelace City police Augsburg français · italiano" in text
    assert entry_code(ada.pk) in text
    assert f"Deutsch {entry_code(bob.pk)}" in text
    assert "Gone" not in text


def test_codes_on_badges_are_read_by_a_camera(event):
    people = [RegistrationFactory(event=event) for _person in range(10)]
    found = zxingcpp.read_barcodes(picture("events/pdf/badges.typ", badges(event, "Assembly", "en")))
    assert {code.text for code in found} == {check_in_address(person, "en") for person in people}


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_that_somebody_wrote_is_a_command(event, name):
    RegistrationFactory(event=event, name=name, organisation=name)
    check_in(registration=event.registrations.get(), by=UserFactory())
    wanted = re.sub(r"\s+", " ", name)
    paper = certificate_pdf(issue_certificate(registration=event.registrations.get()), name)
    for content in (badges_pdf(event, name, "en"), signatures_pdf(event, name, "en"), paper):
        assert wanted in text_of(read(content))


@pytest.mark.parametrize(
    "name", ["Ελένη Παπαδοπούλου", "Олена Шевченко", "Łukasz Żółć", "İpek Şahin", "Þórður Ægisson"]
)
def test_names_are_printed_in_their_own_letters(event, name):
    RegistrationFactory(event=event, name=name)
    assert name in text_of(read(badges_pdf(event, "Assembly", "en")))


def test_letters_that_no_font_has_become_a_box(event):
    RegistrationFactory(event=event, name="王 Ada")
    assert "□ Ada" in text_of(read(badges_pdf(event, "Assembly", "en")))


def test_longest_names_stay_on_their_badge(event):
    for _person in range(10):
        RegistrationFactory(event=event, name="Wilhelmine " * 14, organisation="Ministry " * 17)
    assert len(read(badges_pdf(event, "Assembly " * 25, "en")).pages) == 1


def test_badges_take_two_queries(event, django_assert_num_queries):
    city = CityFactory()
    for _person in range(3):
        RegistrationFactory(event=event, city=city, user=UserFactory())
    with django_assert_num_queries(2):
        badges(event, "Assembly", "en")


def test_three_hundred_people_have_thirty_pages(event):
    for _person in range(3):
        RegistrationFactory(event=event, city=event.city)
    data = badges(event, "Assembly", "en")
    data["badges"] *= 100
    assert len(read(typeset(BADGES, data, moment=datetime.now(UTC))).pages) == 30


# ---------------------------------------------------------------- list to be signed


def test_attendance_list_is_by_city_and_name(event):
    for name, city in (("Zoë", "Berlin"), ("Ada", "Berlin"), ("Bob", "Amsterdam"), ("Eve", None)):
        place = CityFactory(key=f"{city}-{name}".lower(), names={"en": city}) if city else None
        RegistrationFactory(event=event, name=name, city=place)
    text = text_of(read(signatures_pdf(event, "Assembly", "en")))
    assert "4 people enrolled" in text
    order = [text.index(word) for word in ("Amsterdam", "Bob", "Berlin", "Ada", "Zoë", "Without a city", "Eve")]
    assert order == sorted(order)
    assert "Signature" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_attendance_list_query_count_is_constant(event, rows, django_assert_num_queries):
    for _row in range(rows):
        RegistrationFactory(event=event, city=CityFactory(), user=UserFactory())
    with django_assert_num_queries(3):
        signatures_pdf(event, "Assembly", "en")


@pytest.mark.parametrize("language", ["fr", "en", "de", "it", "nl", "es", "pt"])
def test_papers_are_tagged_and_speak_one_language(event, language):
    certificate = certified(event, language=language)
    for content in (
        badges_pdf(event, "Assembly", language),
        signatures_pdf(event, "Assembly", language),
        certificate_pdf(certificate, "The network"),
    ):
        root = read(content).trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- pypdf's own boolean


# ---------------------------------------------------------------- certificates


def test_certificate_says_who_was_where_and_when(event):
    certificate = certified(event, name="Ada Lovelace", organisation="City police")
    text = text_of(read(certificate_pdf(certificate, "The network")))
    assert "Ada Lovelace City police" in text
    assert "Assembly 1 April 2019 · Augsburg" in text
    assert certificate.printed_code in text
    assert certificate_address(certificate) in text.replace(" ", "")


def test_certificate_is_of_the_same_bytes_each_time(event):
    certificate = certified(event)
    assert certificate_pdf(certificate, "N") == certificate_pdf(certificate, "N")


def test_code_on_a_certificate_leads_to_what_it_certifies(client, event, settings):
    certificate = certified(event, name="Ada", language="de")
    (found,) = zxingcpp.read_barcodes(picture("events/pdf/certificate.typ", certificate_paper(certificate, "N")))
    assert found.text == f"{settings.BASE_URL}/de/meetings/certificates/{certificate.printed_code}/"
    page = client.get(found.text.removeprefix(settings.BASE_URL)).content.decode()
    assert "Ada" in page
    assert "Assembly" in page


def test_certificate_speaks_the_persons_language_and_names_the_event_in_it(event):
    translate(event.pages.get(), "fr", title="Assemblée")
    certificate = certified(event, language="fr")
    assert (certificate.language, certificate.event_title, certificate.title_language) == ("fr", "Assemblée", "fr")


def test_certificate_is_frozen(event):
    certificate = certified(event, name="Ada")
    person = certificate.registration
    person.name = "Somebody else"
    person.save()
    page = event.pages.get()
    page.title = "Renamed"
    page.save()
    again = issue_certificate(registration=person)
    assert (again.pk, again.name, again.event_title) == (certificate.pk, "Ada", "Assembly")


@pytest.mark.parametrize("case", ["not over", "cancelled", "not there", "undone"])
def test_certificate_is_for_those_who_came_once_it_is_over(event, case):
    person = RegistrationFactory(event=event)
    if case != "not there":
        check_in(registration=person, by=UserFactory())
    if case == "undone":
        undo_check_in(registration=person, by=UserFactory())
    if case == "not over":
        event.ends_at = datetime(2099, 1, 1, tzinfo=UTC)
    if case == "cancelled":
        event.status = "cancelled"
    event.save()
    person.event = event
    with pytest.raises(ValidationError):
        issue_certificate(registration=person)
    assert Certificate.objects.count() == 0


def test_own_certificate_is_fetched_with_the_secret_of_the_registration(client, event):
    person = RegistrationFactory(event=event)
    path = f"/en/meetings/{event.pk}/certificates/{person.secret}.pdf"
    assert client.get(path).status_code == 403
    check_in(registration=person, by=UserFactory())
    response = client.get(path)
    certificate = Certificate.objects.get()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="certificate-{certificate.printed_code}.pdf"'
    assert client.get(path).content == response.content
    assert client.get(f"/en/meetings/{event.pk}/certificates/guessed.pdf").status_code == 404
    other = EventPageFactory().event
    assert client.get(f"/en/meetings/{other.pk}/certificates/{person.secret}.pdf").status_code == 404


@pytest.mark.parametrize("typed", ["{}", "{} ", "{lower}", "{plain}"])
def test_code_is_found_however_it_is_typed(client, event, typed):
    code = certified(event, name="Ada").printed_code
    asked = typed.format(code, lower=code.lower(), plain=code.replace("-", ""))
    response = client.get("/en/meetings/certificates/", {"code": asked}, follow=True)
    assert response.redirect_chain == [(f"/en/meetings/certificates/{code}/", 302)]
    assert "Ada" in response.content.decode()


@pytest.mark.parametrize("code", ["AAAA-BBBB-CCCC", "<b>", "ЖЖЖЖ", "x" * 300, "\x00"])
def test_code_of_no_certificate_is_said_to_be_none(client, code):
    response = client.get("/en/meetings/certificates/", {"code": code})
    assert response.status_code == 404
    assert "No certificate has the code" in response.content.decode()


def test_looking_up_begins_with_a_question(client):
    assert client.get("/en/meetings/certificates/").status_code == 200


def test_certificate_goes_with_its_registration(client, event):
    certificate = certified(event)
    path = certificate.get_absolute_url()
    assert client.get(path).status_code == 200
    certificate.registration.delete()
    assert client.get(path).status_code == 404
