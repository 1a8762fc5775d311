"""A post carries its language: what it was written in, or what its author writes in where little tells."""

import pytest

from common.languages import CODES
from discussions.languages import detect_language

SENTENCES = {
    "en": "We installed new street lamps near the station, and residents told us that they feel safer now.",
    "fr": "Nous avons installé de nouveaux lampadaires près de la gare, et les habitants se sentent plus en sécurité.",
    "de": "Wir haben neue Straßenlaternen am Bahnhof aufgestellt, und die Bewohner fühlen sich jetzt sicherer.",
    "it": "Abbiamo installato nuovi lampioni vicino alla stazione, e gli abitanti si sentono più sicuri.",
    "nl": "We hebben nieuwe lantaarns bij het station geplaatst, en bewoners voelen zich nu veiliger.",
    "es": "Hemos instalado farolas nuevas cerca de la estación, y los vecinos se sienten más seguros.",
    "pt": "Instalámos novos candeeiros perto da estação, e os moradores sentem-se agora mais seguros.",
}


def test_there_is_a_sentence_of_each_language():
    assert set(SENTENCES) == set(CODES)


@pytest.mark.parametrize("preferred", [(), ("en",), ("nl", "de"), ("pt", "es", "fr")])
@pytest.mark.parametrize("language", SENTENCES)
def test_sentence_is_in_its_language_whoever_wrote_it(language, preferred):
    assert detect_language(SENTENCES[language], preferred) == language


@pytest.mark.parametrize(
    ("text", "preferred", "language"),
    [
        ("Ok!", ("nl", "en"), "nl"),
        ("👍", ("it",), "it"),
        ("", ("pt",), "pt"),
        ("…", (), "en"),
        ("2027-05-03", ("xx", "es"), "es"),
        ("Ciao", ("it", "fr"), "it"),
        ("Gracias", ("pt", "es"), "es"),
        ("Obrigado", ("pt", "es"), "pt"),
        ("Merci", ("fr", "nl"), "fr"),
    ],
)
def test_of_short_texts_the_languages_of_the_author_decide(text, preferred, language):
    assert detect_language(text, preferred) == language


@pytest.mark.parametrize(
    "around",
    [
        "> {foreign}\n> {foreign}\n\n{own}",
        "{own}\n\n```\n{foreign} {foreign}\n```",
        "{own} `{foreign} {foreign}`",
        "{own} https://example.org/the-new-street-lamps-near-the-station-and-what-residents-told-us",
        "[{own}](https://example.org/the-new-street-lamps-near-the-station)",
    ],
)
def test_what_is_not_the_authors_own_words_does_not_count(around):
    text = around.format(own="Grazie, anche da noi è così.", foreign=SENTENCES["en"])
    assert detect_language(text, ("de",)) == "it"
