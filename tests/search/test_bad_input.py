"""Whatever is typed or sent to a door of search: it is answered, or refused with a message; it is never an error."""

import pytest
from django.core.management import CommandError, call_command

from search.actions import rebuild_index
from tests.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db

LONG = "%C3%A9" * 10_000

QUERIES = {
    "nothing": "",
    "blanks": "%20%09%0a%20",
    "control characters": "%00%01%02%1b%7f%c2%85lamp%00",
    "nothing but NUL": "%00",
    "ten thousand characters": LONG,
    "ten thousand words": "a%20" * 10_000,
    "ten thousand quotes": "%22" * 10_000,
    "one quote": "lamp%20%22street",
    "quotes around nothing": "%22%22%20%22%20%22",
    "typographic quotes": "%E2%80%9Clamp%20%E2%80%9E%C2%AB",
    "only a minus": "-",
    "only minus signs": "-%20--%20---",
    "minus before everything": "-lamp",
    "minus before quotes": "-%22street%20lamp",
    "minus before minus": "--lamp%20-%22-",
    "emoji": "%F0%9F%9A%B2%F0%9F%91%A8%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7",
    "right to left": "%D7%A9%D7%9C%D7%95%D7%9D%20%E2%80%AElamp%E2%80%AC",
    "combining marks": "e" + "%CC%81" * 500,
    "surrogates": "%ed%a0%80lamp%ed%bf%bf",
    "bytes that are no text": "%ff%fe%c3lamp%f5",
    "broken percent signs": "%lamp%zz%",
    "what other engines read": "title:lamp^2~0.5%20(AND%20OR%20NOT)%20*:*%20[a%20TO%20b]%20l?mp*%20/l.*/",
    "what databases read": "lamp'%20OR%201=1;%20--%20%25_",
    "what browsers read": "%3Cscript%3Ealert(1)%3C/script%3E%22%20onload=%22x",
    "full width": "%EF%BC%AC%EF%BC%A1%EF%BC%AD%EF%BC%B0",
    "beyond the first plane": "%F0%9D%93%B5%F0%9D%93%AA%F0%9D%93%B6%F0%9D%93%B9",
}

PARAMETERS = {
    "filters": "type=%00&theme=%ff&country=&language=xx&year=-1&year=" + "9" * 400,
    "many filters": "&".join(["theme=a"] * 200),
    "a filter of everything": "&".join(
        f"{name}=%ed%a0%80" for name in ("type", "city", "status", "evidence", "rights")
    ),
    "pages": "page=-1&page=1e9&page=%00",
    "sorting": "sort=%00&sort=best&mode=psychic&view=x",
    "unknown": "%00=%00&x[]=y&q",
}

DOORS = (
    "/en/search/?q={}",
    "/en/search/export.csv?q={}",
    "/en/search/booklet.pdf?q={}",
    "/en/search/similar/?title={}",
)

ANSWERS = {200, 400}


@pytest.fixture
def lamps(search_folder):
    PracticeSheetFactory(title="Street lamp", problem="A lamp in the street.")
    rebuild_index()


def status_of(client, address):
    response = client.get(address)
    if response.streaming:
        b"".join(response.streaming_content)
    else:
        assert response.content
    return response.status_code


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("door", DOORS)
def test_any_query_is_answered_at_every_door(client_as, door):
    client = client_as("stranger")
    # A booklet of nothing is not there.
    answers = ANSWERS | ({404} if "booklet" in door else set())
    refused = {
        name: status
        for name, query in QUERIES.items()
        if (status := status_of(client, door.format(query))) not in answers
    }
    assert refused == {}


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("door", DOORS)
def test_any_parameters_are_answered_at_every_door(client_as, door):
    client = client_as("stranger")
    answers = ANSWERS | ({404} if "booklet" in door else set())
    refused = {
        name: status
        for name, parameters in PARAMETERS.items()
        if (status := status_of(client, f"{door.format('lamp')}&{parameters}")) not in answers
    }
    assert refused == {}


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(
    "query", ["", "\x00", "-", '"', "-" * 2_000, "\ud800", "lamp\x00", '-"street lamp', "🚲", "x" * 10_000]
)
def test_command_answers_any_query(query, capsys):
    # Two hyphens end the options: what follows may begin with one.
    call_command("search", "--json", "--", query)
    assert capsys.readouterr().out.startswith('{"own": ')


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize("limit", ["0", "-1"])
def test_command_refuses_a_limit_that_is_none(limit):
    with pytest.raises(CommandError, match="--limit must be at least 1"):
        call_command("search", "lamp", f"--limit={limit}")
