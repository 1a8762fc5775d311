"""PDF files, read back."""

import gc
import io
import re

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as PillowImage
from pypdf import PdfReader
from wagtail.images.models import Image

from groups.enums import Visibility
from practices.actions.answers import publish_answer
from practices.enums import ContactVisibility, Dimension, EvidenceLevel
from practices.models import (
    Contact,
    EvidenceClaim,
    EvidenceConfirmation,
    Indicator,
    Milestone,
    Partner,
    SheetVersion,
)
from practices.pdf import booklet_pdf, sheet_pdf
from tests.factories import CityFactory, ConceptFactory, PracticeSheetFactory, translate

pytestmark = pytest.mark.django_db

LANGUAGES = ["fr", "en", "de", "it", "nl", "es", "pt"]
HOSTILE = [
    '#read("/etc/passwd")',
    '#import "@preview/x:1.0.0"',
    "$x^2$ `code` *bold* _it_ @cite <label> \\ // no comment",
    "// /* a comment */",
    "]]) #panic() [[",
]


def published(**fields):
    """A sheet with its first version; as the portal publishes it."""
    sheet = PracticeSheetFactory(**fields)
    sheet.save_revision().publish()
    return SheetVersion.objects.select_related("sheet__locale").get(sheet=sheet)


def read(content):
    return PdfReader(io.BytesIO(content))


def text_of(reader):
    """In one line, without the breaks that setting it in type brings."""
    text = " ".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    return re.sub(r"\s+", " ", re.sub("[-\u00ad\u2010]\n", "", text))


def pdf_of(version):
    return read(sheet_pdf(version, publisher="The network"))


def outline_titles(reader, entries=None):
    titles = []
    for entry in reader.outline if entries is None else entries:
        titles += outline_titles(reader, entry) if isinstance(entry, list) else [entry.title]
    return titles


def test_pdf_is_tagged_and_names_its_title_and_language():
    reader = pdf_of(published(title="Licht", language="nl"))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- pypdf's own boolean
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert (reader.metadata.title, reader.metadata.author) == ("Licht", "The network")
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_pdf_says_what_the_sheet_says():
    theme = ConceptFactory(names={"en": "street lighting"})
    version = published(
        title="Street lights",
        summary="Neighbours report broken lights.",
        themes=[theme],
        city=CityFactory(names={"en": "Exampleton"}),
        problem="Streets were **dark** at night.\n\n- one\n- two",
        setup_cost=40000,
        currency="EUR",
        price_year=2020,
        milestones=[Milestone(year=2020, month=3, text="All lights are numbered")],
        partners=[Partner(name="Neighbourhood association", sector="civil-society", role="walks the streets")],
        indicators=[Indicator(name="Days until mended", unit="days", baseline=24, value=4, source="register")],
        evidence=[EvidenceClaim(dimension=Dimension.EFFECT, statement="Lights are mended sooner", level=2)],
    )
    EvidenceConfirmation.objects.create(
        practice=version.sheet.practice,
        dimension=Dimension.EFFECT,
        level=EvidenceLevel.EVALUATED,
        note="x",
        confirmed_on=timezone.localdate().replace(year=2021, month=5, day=7),
    )
    reader = pdf_of(version)
    text = text_of(reader)
    for said in (
        "Street lights", "Neighbours report broken lights.", "street lighting", "Exampleton", "Streets were dark at night.",
        "40,000 EUR", "2020", "All lights are numbered", "Neighbourhood association", "walks the streets",
        "Days until mended", "24", "Lights are mended sooner", "supported by figures", "evaluated (7 May 2021)",
        "Creative Commons Attribution 4.0", f"/en/sheets/{version.sheet.practice_id}/en/v1/",
    ):  # fmt: skip
        assert said in text, said
    assert "Version 1 of" in text
    assert outline_titles(reader)[0] == "Street lights"
    assert {"Intelligence", "Implementation", "Involvement", "Impact"} <= set(outline_titles(reader))


# Wagtail leaves the temporary files of its renditions to the garbage collector; it comes before the next test.
renders_a_picture = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.fixture
def pictures(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    yield
    gc.collect()


@renders_a_picture
def test_pdf_has_the_code_and_the_described_picture_as_figures(pictures):
    file = io.BytesIO()
    PillowImage.new("RGB", (60, 40), (200, 30, 30)).save(file, "PNG")
    picture = Image.objects.create(title="Lamp", file=ImageFile(file, name="lamp.png"))
    reader = pdf_of(published(image=picture, image_alt="A red lamp", image_rights="Photo: City"))
    assert descriptions(reader) == ["A red lamp", "Code that leads to the permanent address of this version"]
    assert "Photo: City" in text_of(reader)


@renders_a_picture
def test_picture_whose_file_is_gone_is_left_out(pictures):
    picture = Image.objects.create(title="Lamp", file="images/gone.png", width=60, height=40)
    reader = pdf_of(published(image=picture, image_alt="A red lamp"))
    assert descriptions(reader) == ["Code that leads to the permanent address of this version"]


def descriptions(reader):
    """Of the figures, in their order in the tree of tags."""
    found = []

    def walk(node):
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict):
            if "/Alt" in node:
                found.append(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_write_is_never_a_command(text):
    version = published(title=text, summary=text, problem=f"```\n{text}\n```", funding=text)
    said = text_of(pdf_of(version))
    assert said.count(re.sub(r"\s+", " ", text)) >= 3


@pytest.mark.parametrize(
    "text", ["Ζητήματα ασφάλειας", "Zażółć gęślą jaźń", "Сигурност", "naïve façade – “œuvre” ’", "ß Ñ ã"]
)
def test_letters_of_other_languages_are_there(text):
    assert text in text_of(pdf_of(published(title=text, problem=text)))


@pytest.mark.parametrize(
    "text", ["A smile 😀 here", "漢字", "👩‍💻", "\u0007bell", "a\u200bb", "\ue000", "\u202eturned"]
)
def test_characters_without_a_glyph_do_no_harm(text):
    reader = pdf_of(published(title="Title", problem=text, funding=text))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] == True  # noqa: E712


def test_very_long_words_stay_on_the_page():
    word = "Verkehrssicherheitsmaßnahmenplan" * 12
    reader = pdf_of(published(title=word[:200], problem=word, funding=word[:300]))
    assert word in text_of(reader).replace(" ", "")


@pytest.mark.parametrize(
    "source", ["> " * 60 + "deep", "\n".join("  " * depth + "- x" for depth in range(40)), "*_" * 40 + "x" + "_*" * 40]
)
def test_deep_nesting_does_no_harm(source):
    assert len(pdf_of(published(problem=source)).pages) >= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheet_renders_in_each_language_with_its_own_words(client, language):
    version = published(title="Titel", language=language, problem="x", started=2019)
    response = client.get(f"/en/sheets/{version.sheet.practice_id}/{language}/v1.pdf")
    reader = read(response.content)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert reader.trailer["/Root"]["/Lang"] == language
    assert ("Intelligence" in text_of(reader)) == (language == "en")


def test_private_fields_and_contacts_never_leave():
    version = published(
        members_note="Only for members", also_known_as="Secret spelling",
        contacts=[
            Contact(name="Public desk", email="desk@example.org", visibility=ContactVisibility.PUBLIC),
            Contact(name="Hidden desk", email="hidden@example.org", visibility=ContactVisibility.MEMBERS),
        ],
    )  # fmt: skip
    text = text_of(pdf_of(version))
    assert ("desk@example.org" in text, "hidden@example.org" in text) == (True, False)
    assert ("Only for members" in text, "Secret spelling" in text, "Hidden desk" in text) == (False, False, False)


def test_frozen_version_says_what_it_said(client):
    version = published(title="First title")
    sheet = version.sheet
    sheet.title = "Second title"
    sheet.save_revision().publish()
    number = sheet.practice_id
    titles = [read(client.get(f"/en/sheets/{number}/en/v{place}.pdf").content).metadata.title for place in (1, 2)]
    assert titles == ["First title", "Second title"]


def test_short_address_leads_to_the_latest_version_in_the_readers_language(client):
    version = published(title="Fietsen", language="nl")
    french = translate(version.sheet, "fr", title="Vélos")
    french.save_revision().publish()
    number = version.sheet.practice_id
    assert client.get(f"/nl/sheets/{number}.pdf")["Location"] == f"/nl/sheets/{number}/nl/v1.pdf"
    assert client.get(f"/de/sheets/{number}.pdf")["Location"] == f"/de/sheets/{number}/fr/v1.pdf"


def test_sheet_that_was_never_published_has_no_pdf(client):
    sheet = PracticeSheetFactory()
    assert client.get(f"/en/sheets/{sheet.practice_id}.pdf").status_code == 404
    assert "This sheet as PDF" not in client.get(sheet.url).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "999999.pdf",
        f"{'9' * 40}.pdf",
        "1/xx/v1.pdf",
        f"1/en/v{'9' * 40}.pdf",
        "1/en/v1.exe",
        "export.exe",
        "booklet.pdf?sheet=x",
        "booklet.pdf?sheet=",
    ],
)
def test_file_of_nothing_is_not_found(client, path):
    assert client.get(f"/en/sheets/{path}").status_code == 404


# ---------------------------------------------------------------- who gets what


DOORS = ["{n}.pdf", "{n}/en/v1.pdf", "{n}/en/v1.bib", "{n}/en/v1.ris", "booklet.pdf?sheet={n}"]
READERS = {
    Visibility.PUBLIC: {"visitor", "stranger", "member"},
    Visibility.NETWORK: {"stranger", "member"},
    Visibility.GROUP: {"member"},
}


@pytest.mark.parametrize("visibility", READERS)
@pytest.mark.parametrize("who", ["visitor", "stranger", "member"])
@pytest.mark.parametrize("door", DOORS)
def test_files_are_there_for_those_who_may_read_the_sheet(client_as, group, who, visibility, door):
    version = published(visibility=visibility, group=group)
    response = client_as(who).get("/en/sheets/" + door.format(n=version.sheet.practice_id), follow=True)
    assert response.status_code == (200 if who in READERS[visibility] else 404)


# ---------------------------------------------------------------- booklets


def test_booklet_has_a_cover_contents_and_each_sheet_from_a_new_page(client):
    first, second = published(title="Lamps"), published(title="Fietsen", language="nl")
    numbers = [second.sheet.practice_id, first.sheet.practice_id]
    response = client.get("/en/sheets/booklet.pdf", {"sheet": numbers})
    reader = read(response.content)
    pages = [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]
    assert len(pages) == 4
    assert "2 practice sheets" in pages[0]
    assert re.search(r"Fietsen .*3 .*Nederlands .*Lamps .*4 .*English", pages[1])
    assert ("Fietsen" in pages[2], "Lamps" in pages[3]) == (True, True)
    assert [title for title in outline_titles(reader) if title in {"Contents", "Fietsen", "Lamps"}] == [
        "Contents",
        "Fietsen",
        "Lamps",
    ]
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_booklet_leaves_out_what_the_reader_may_not_see(client):
    shown, hidden = published(title="Shown"), published(title="Hidden", visibility=Visibility.NETWORK)
    numbers = [shown.sheet.practice_id, hidden.sheet.practice_id, 999_999]
    reader = read(client.get("/en/sheets/booklet.pdf", {"sheet": numbers}).content)
    assert ("Shown" in text_of(reader), "Hidden" in text_of(reader)) == (True, False)
    assert "1 practice sheet ·" in text_of(reader)


@pytest.mark.parametrize(("query", "status", "titles"), [
    ("?country=it", 200, ["Italian"]),
    ("", 200, ["Italian", "Dutch"]),
    ("?country=fr", 404, []),
])  # fmt: skip
def test_booklet_of_a_list_has_the_filters_of_the_list(client, query, status, titles):
    published(title="Dutch", city=CityFactory(country="NL"))
    published(title="Italian", city=CityFactory(country="IT"))
    response = client.get(f"/en/sheets/booklet.pdf{query}")
    assert response.status_code == status
    if titles:
        assert [title for title in outline_titles(read(response.content)) if title in {"Italian", "Dutch"}] == titles


def test_too_long_a_booklet_is_answered_with_a_page(client):
    response = client.get("/en/sheets/booklet.pdf", {"sheet": range(1, 52)})
    assert response.status_code == 422
    assert "A booklet holds at most 50 sheets." in response.content.decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_booklet_renders_in_each_language(language):
    version = published(title="Title")
    content = booklet_pdf([version], title="Ours", language=language, publisher="N", description=HOSTILE[0])
    reader = read(content)
    assert (reader.trailer["/Root"]["/Lang"], len(reader.pages)) == (language, 3)
    assert HOSTILE[0] in text_of(reader)


def test_pdf_of_the_latest_version_has_questions_and_answers_in_their_own_languages():
    version = published(title="Lamps")
    publish_answer(
        practice=version.sheet.practice,
        question='How #many "lamps"?',
        question_language="en",
        answer="**Zwölf** und `#mehr`.",
        language="de",
        answered_by="Anna, Den Haag",
        source="post:1",
    )
    text = text_of(pdf_of(version))
    for words in ("Questions and answers", 'How #many "lamps"?', "Zwölf und #mehr.", "– Anna, Den Haag"):
        assert words in text
