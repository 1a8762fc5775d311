import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from portal.content.tables import ContentError, read_table
from practices.models import PracticeSheet
from tests.portal.spoilt_content import check_refusal, spoil


@pytest.mark.parametrize(
    ("content_of_file", "line", "reason"),
    [
        (b'title = "open\n', 1, "Illegal character"),
        (b"a = 1\nb = 2\na = 3\n", 3, "Cannot overwrite a value"),
        ('a = "é"\n'.encode() + b'b = "\xff"\n', 2, "this is not UTF-8 text"),
        (b"a = \n", 1, "Invalid value"),
    ],
)
def test_unreadable_file_is_named_with_line_and_reason(tmp_path, content_of_file, line, reason):
    path = tmp_path / "broken.toml"
    path.write_bytes(content_of_file)
    with pytest.raises(ContentError) as refused:
        read_table(path)
    assert str(refused.value).startswith(f"{path}, line {line}: {reason}")


def test_missing_file_is_named(tmp_path):
    with pytest.raises(ContentError, match=r"nothing\.toml: No such file"):
        read_table(tmp_path / "nothing.toml")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("discussions/agenda-augsburg.toml", "[poll]", "[post.on_the_sheet]\n[poll]", "the discussion is about no sheet."),
        ("discussions/agenda-augsburg.toml", 'votes = ["member@example.org"]', 'votes = ["nobody@example.org"]', "“nobody@example.org” is not known."),
        ("discussions/agenda-augsburg.toml", "[poll]\nis_of_cities = true\ntakes_several = true", "[poll]", "Choose one answer only."),
        ("calls/measuring-without-names.toml", 'languages = ["it",', 'languages = ["la",', "“la” is not known."),
    ],
)  # fmt: skip
def test_wrong_discussion_is_refused_before_it_is_there(content, settings, file, old, new, reason):
    check_refusal(content, settings, file, old, new, reason)


@pytest.mark.django_db
def test_loading_refused_content_leaves_the_database_as_it_was(content, settings):
    spoil(content / "discussions/agenda-augsburg.toml", 'group = "innovation-security"', 'group = "none"')
    settings.CONTENT_DIR = str(content)
    before = Page.objects.count()
    with pytest.raises(CommandError):
        call_command("load_demo")
    assert Page.objects.count() == before


@pytest.mark.django_db
def test_loading_twice_changes_nothing(capsys):
    call_command("load_demo")
    first = (Page.objects.count(), Revision.objects.count())
    call_command("load_demo")
    assert (Page.objects.count(), Revision.objects.count()) == first


@pytest.mark.django_db
def test_rows_say_the_same_facts_in_every_language_each_in_its_own_words(content, settings):
    spoil(content / "practices/rotterdam-ferm.toml", 'fr.text = "Lancement de FERM"\n', "")
    settings.CONTENT_DIR = str(content)
    call_command("load_demo")
    sheets = {sheet.language: sheet for sheet in PracticeSheet.objects.filter(slug="ferm").select_related("locale")}
    milestones = {code: list(sheet.milestones.all()) for code, sheet in sheets.items()}
    assert len({tuple((row.key, row.year, row.month) for row in rows) for rows in milestones.values()}) == 1
    assert [(rows[0].text, rows[0].language) for rows in (milestones[code] for code in ("nl", "en", "fr"))] == [
        ("FERM gaat van start", "nl"),
        ("FERM is launched", "en"),
        ("FERM gaat van start", "nl"),
    ]


@pytest.mark.django_db
def test_row_that_a_file_no_longer_has_goes_and_the_others_stay_the_same(content, settings):
    settings.CONTENT_DIR = str(content)
    call_command("load_demo")
    sheet = PracticeSheet.objects.get(slug="ferm", locale__language_code="en")
    _launch, attack = sheet.milestones.values_list("pk", "text", "key")
    path = content / "practices/rotterdam-ferm.toml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index('[[milestones]]\nkey = "launch"'), text.index('[[milestones]]\nkey = "attack"')
    path.write_text(text[:start] + text[end:], encoding="utf-8")
    call_command("load_demo")
    assert list(sheet.milestones.values_list("pk", "text", "key")) == [attack]


@pytest.mark.django_db
def test_loading_again_takes_in_what_a_file_says_anew(content, settings):
    call_command("load_demo")
    spoil(content / "practices/rotterdam-ferm.toml", "[en]\n", "[en]\n# A new title.\n")
    path = content / "practices/rotterdam-ferm.toml"
    lines = path.read_text().splitlines(keepends=True)
    start = lines.index("[en]\n")
    title = next(number for number, line in enumerate(lines) if number > start and line.startswith("title"))
    lines[title] = 'title = "FERM, told anew"\n'
    path.write_text("".join(lines))
    settings.CONTENT_DIR = str(content)
    call_command("load_demo")
    titles = set(Page.objects.filter(slug="ferm").values_list("title", flat=True))
    assert "FERM, told anew" in titles
    assert len(titles) == 3
