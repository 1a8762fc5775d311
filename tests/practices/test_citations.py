"""How a version is cited."""

from datetime import UTC, datetime

import pytest

from practices.citations import Citation
from practices.models import SheetVersion
from tests.factories import CityFactory, OrganisationFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


def citation(publisher="The network", **fields):
    sheet = PracticeSheetFactory(**fields)
    version = SheetVersion.objects.create(
        sheet=sheet, number=3, published_at=datetime(2021, 5, 7, 12, tzinfo=UTC), content={}
    )
    return Citation.of(version, sheet, publisher)


def ris_fields(cited):
    return [tuple(line.split("  - ", 1)) for line in cited.ris.removesuffix("\r\n").split("\r\n")]


def test_citation_in_words_names_author_year_title_version_and_address():
    cited = citation(title="Street lights", organisation=OrganisationFactory(name="City of Exampleton"))
    assert cited.in_words == (
        f"City of Exampleton (2021). Street lights. Practice sheet no. {cited.number}, version 3 of 7 May 2021. "
        f"The network. http://localhost:8000/en/sheets/{cited.number}/en/v3/"
    )


def test_citation_without_an_organisation_names_the_city_in_its_own_language():
    assert citation(city=CityFactory(names={"en": "The Hague", "nl": "Den Haag"}, language="nl")).author == "Den Haag"


def test_bibtex_has_the_fields_of_an_online_source():
    cited = citation(title="Street lights", organisation=OrganisationFactory(name="City"), doi="10.1234/ab_c")
    assert cited.bibtex == (
        f"@misc{{practice-{cited.number}-en-v3,\n"
        "  author = {{City}},\n"
        "  title = {{Street lights}},\n"
        "  year = {2021},\n"
        "  month = {5},\n"
        "  publisher = {The network},\n"
        "  type = {Practice sheet},\n"
        f"  number = {{{cited.number}}},\n"
        "  version = {3},\n"
        "  language = {en},\n"
        f"  url = {{http://localhost:8000/en/sheets/{cited.number}/en/v3/}},\n"
        "  doi = {10.1234/ab\\_c},\n"
        "}\n"
    )


@pytest.mark.parametrize(("title", "escaped"), [
    ("50 % & more", r"50 \% \& more"),
    (r"\input{/etc/passwd}", r"\textbackslash{}input\{/etc/passwd\}"),
    ("a_b $c$ #1 ~ ^", r"a\_b \$c\$ \#1 \textasciitilde{} \textasciicircum{}"),
    ("unbalanced } brace {", r"unbalanced \} brace \{"),
    ("Łódź – Ζητήματα “œuvre”", "Łódź – Ζητήματα “œuvre”"),
    ("two\nlines", "two lines"),
])  # fmt: skip
def test_bibtex_escapes_what_latex_reads_as_commands(title, escaped):
    assert f"  title = {{{{{escaped}}}}},\n" in citation(title=title).bibtex


def test_ris_is_complete_and_in_order():
    cited = citation(
        title="Street lights", organisation=OrganisationFactory(name="City, harbour"), doi="https://doi.org/10.1234/x"
    )
    assert ris_fields(cited) == [
        ("TY", "RPRT"),
        ("TI", "Street lights"),
        ("AU", "City harbour,"),
        ("PY", "2021"),
        ("DA", "2021/05/07"),
        ("PB", "The network"),
        ("M3", "Practice sheet"),
        ("SN", str(cited.number)),
        ("ET", "3"),
        ("LA", "en"),
        ("DO", "10.1234/x"),
        ("UR", f"http://localhost:8000/en/sheets/{cited.number}/en/v3/"),
        ("ER", ""),
    ]


def test_a_title_cannot_begin_a_field_of_ris():
    cited = citation(title="Lights\r\nER  - \nTY  - JOUR\u2028AU  - Somebody")
    assert [tag for tag, _value in ris_fields(cited)].count("TY") == 1
    assert dict(ris_fields(cited))["TI"] == "Lights ER - TY - JOUR AU - Somebody"


@pytest.mark.parametrize(("file_format", "content_type", "start"), [
    ("bib", "application/x-bibtex; charset=utf-8", "@misc{practice-"),
    ("ris", "application/x-research-info-systems; charset=utf-8", "TY  - RPRT\r\n"),
])  # fmt: skip
def test_citation_files(client, file_format, content_type, start):
    sheet = PracticeSheetFactory()
    sheet.save_revision().publish()
    response = client.get(f"/en/sheets/{sheet.practice_id}/en/v1.{file_format}")
    assert (response.status_code, response["Content-Type"]) == (200, content_type)
    assert response["Content-Disposition"] == f'attachment; filename="practice-{sheet.practice_id}-en-v1.{file_format}"'
    assert response.content.decode().startswith(start)


def test_page_of_a_sheet_cites_its_latest_version_and_a_frozen_page_its_own(client):
    sheet = PracticeSheetFactory(title="First")
    sheet.save_revision().publish()
    sheet.title = "Second"
    sheet.save_revision().publish()
    number = sheet.practice_id
    assert f"/en/sheets/{number}/en/v2.pdf" in client.get(sheet.url).content.decode()
    frozen = client.get(f"/en/sheets/{number}/en/v1/").content.decode()
    assert (f"/en/sheets/{number}/en/v1.pdf" in frozen, f"/en/sheets/{number}/en/v2.pdf" in frozen) == (True, False)
    assert "First. Practice sheet no." in frozen
