"""What files of content may not say. It is refused as well where the content is there already, which is sooner tried."""

import pytest

from tests.portal.spoilt_content import check_refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.mark.parametrize(
    ("file", "old", "new", "reason"),
    [
        ("practices/rotterdam-ferm.toml", 'city = "rotterdam"', 'city = "atlantis"', "“atlantis” is not known."),
        ("practices/rotterdam-ferm.toml", "started = 2014", 'started = "2014"', "“started” must be a whole number."),
        ("practices/rotterdam-ferm.toml", "started = 2014", "started = 214", "“started” was refused:"),
        ("practices/rotterdam-ferm.toml", 'stage = "running"', 'stages = "running"', "“stages” is not a field that can stand here."),
        ("practices/rotterdam-ferm.toml", 'target_groups_note = "De', 'target_group_note = "De', "“target_group_note” is not a field that can stand here."),
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
def test_wrong_content_is_refused_with_file_line_and_reason(content, settings, file, old, new, reason):
    check_refusal(content, settings, file, old, new, reason)
