import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from wagtail.models import Page, Revision

from portal.content.tables import ContentError, read_table
from practices.models import PracticeSheet


@pytest.fixture
def content(tmp_path):
    """A copy of the demonstration content that a test may spoil."""
    return Path(shutil.copytree(settings.CONTENT_DIR, tmp_path / "content"))


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


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
        ("practices/rotterdam-ferm.toml", 'city = "rotterdam"', 'city = "atlantis"', "“atlantis” is not known."),
        ("practices/rotterdam-ferm.toml", "started = 2014", 'started = "2014"', "“started” must be a whole number."),
        ("practices/rotterdam-ferm.toml", "started = 2014", "started = 214", "“started” was refused:"),
        ("practices/rotterdam-ferm.toml", 'stage = "running"', 'stages = "running"', "“stages” is not a field that can stand here."),
        ("practices/rotterdam-ferm.toml", 'target_groups_note = "De', 'target_group_note = "De', "“target_group_note” is not a field that can stand here."),
        ("discussions/agenda-augsburg.toml", "[poll]", "[post.on_the_sheet]\n[poll]", "the discussion is about no sheet."),
        ("discussions/agenda-augsburg.toml", 'votes = ["member@example.org"]', 'votes = ["nobody@example.org"]', "“nobody@example.org” is not known."),
        ("discussions/agenda-augsburg.toml", "[poll]\nis_of_cities = true\ntakes_several = true", "[poll]", "Choose one answer only."),
        ("calls/measuring-without-names.toml", 'languages = ["it",', 'languages = ["la",', "“la” is not known."),
        ("practices/rotterdam-ferm.toml", "month = 6", "month = 13", "“month” was refused: "),
        ("practices/rotterdam-ferm.toml", "month = 6", "moon = 6", "“moon” is not a field that can stand here."),
        ("practices/rotterdam-ferm.toml", 'nl.text = "FERM gaat van start"', 'nl.tekst = "FERM gaat van start"', "“tekst” is not a field that can stand here."),
        ("practices/rotterdam-ferm.toml", 'key = "attack"', 'key = "launch"', "“launch” is the key of two rows."),
        ("practices/turin-data-platform.toml", 'origin = "police"', 'origin = "gossip"', "“origin” was refused: "),
        ("practices/the-hague-bart.toml", 'technology = "chatbots"', 'technology = "telepathy"', "“telepathy” is not known."),
        ("practices/the-hague-bart.toml", 'original = "nl"', 'original = "de"', "the text in the original language, [de], is missing."),
        ("events/closing-event-medi4sec.toml", 'precision = "day"', 'precision = "week"', "“week” is not one of time, day, month."),
        ("events/closing-event-medi4sec.toml", '"Europe/Paris"', '"Europe/Nowhere"', "there is no such time zone."),
        ("events/general-assembly-augsburg.toml", '"2019-04"', '"spring"', "“starts” must be a date"),
        ("people.toml", '"member@example.org"', '"member@efus.example"', "a demonstration account ends in @example.org."),
        ("people.toml", '"Europe/Rome"', '"Europe/Roma"', "there is no such time zone."),
        ("vocabulary/crime.toml", 'broader = "theft"', 'broader = "thieving"', "“thieving” was refused: There is no such concept."),
        ("vocabulary/crime.toml", 'broader = "crime"', 'broader = "bicycle-theft"', "“bicycle-theft” was refused: This is a narrower concept"),
        ("vocabulary/crime.toml", "mark = 5", "mark = 9", "“mark” must be a number from 1 to 6."),
        ("vocabulary/crime.toml", 'scheme = "theme"', 'scheme = "colour"', "“colour” is not one of theme, technology, target-group, action-type."),
        ("vocabulary/crime.toml", 'related = ["property-marking"]', 'related = ["nothing"]', "“nothing” is not known."),
        ("vocabulary/crime.toml", 'labels.fr = ["vol", "vols"]', 'labels.fr = ["vol", "vol"]', "“vol” stands here twice in “fr”."),
        ("vocabulary/crime.toml", 'labels.fr = ["vol", "vols"]', 'labels.xx = ["vol", "vols"]', "“xx” is not one of fr, en, de, it, nl, es, pt."),
        ("groups/innovation-security.toml", 'type = "paragraph"', 'type = "poem"', "“poem” is not a kind of block"),
        ("groups/innovation-security.toml", 'openness = "listed"', 'openness = "ajar"', "“ajar” is not one of open, listed, hidden."),
        ("groups/innovation-security.toml", "answer_within_days = 7", "answer_within_days = 0", "“answer_within_days” was refused"),
        ("groups/innovation-security.toml", "answer_within_days = 7", 'leading_cities = ["atlantis"]', "“atlantis” is not known."),
    ],
)  # fmt: skip
def test_wrong_content_is_refused_with_file_line_and_reason(content, file, old, new, reason):
    path = content / file
    line = spoil(path, old, new)
    settings.CONTENT_DIR, before = str(content), settings.CONTENT_DIR
    try:
        with pytest.raises(CommandError) as refused:
            call_command("load_demo")
    finally:
        settings.CONTENT_DIR = before
    assert str(refused.value).startswith(f"{path}, line {line}: {reason}")


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
