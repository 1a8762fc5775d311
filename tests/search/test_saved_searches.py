"""Searches that members keep, and the letters that tell what is new."""

import logging
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from groups.actions import set_membership
from groups.enums import Role
from notifications.actions import deliver_mail
from notifications.models import OutgoingMail
from search.actions import rebuild_index, take_in_pending
from search.actions.saved_searches import (
    MOST_SAVED,
    SHOWN_IN_A_LETTER,
    AlreadySaved,
    change_search,
    pause_search,
    resume_search,
    save_search,
    tell_new_matches,
)
from search.models import PendingUpdate, SavedSearch, ToldMatch
from search.notifications import passage_in_markdown
from search.saved_searches import canonical_query, read_stop_token, sort_in, stop_token
from tests.factories import CityFactory, ConceptFactory, PracticeSheetFactory, ThreadFactory, UserFactory, translate
from tests.search.engines import hit

pytestmark = pytest.mark.django_db

FORM = {"name": "Lamps", "frequency": "at-once"}


@pytest.fixture
def index(search_folder):
    rebuild_index()


def save(user, query="q=lamp", *, language="en", frequency="at-once", **fields):
    return save_search(
        user=user, language=language, query=query, **{"name": "Lamps", "sort": "", "frequency": frequency, **fields}
    )


def published(title, **fields):
    sheet = PracticeSheetFactory(title=title, **fields)
    sheet.save_revision().publish()
    take_in_pending()
    return sheet


def subjects():
    return list(OutgoingMail.objects.values_list("subject", flat=True))


def make_due():
    SavedSearch.objects.update(next_due_at=timezone.now() - timedelta(seconds=1))


# ---------------------------------------------------------------- what is the same search


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("q=lamp", "q=lamp"),
        ("q=%20lamp%00%20post&page=3&sort=newest&colour=blue", "q=lamp+post"),
        ("country=NL&q=lamp&country=IT&country=NL&type=practice", "q=lamp&type=practice&country=IT&country=NL"),
        ("q=lamp&country=&theme=%20", "q=lamp"),
        ("country=NL", ""),
        ("q=%20", ""),
    ],
)
def test_canonical_query_is_one_for_every_address_that_finds_the_same(address, canonical):
    assert canonical_query(QueryDict(address)) == canonical
    assert canonical_query(QueryDict(canonical)) == canonical


@pytest.mark.parametrize(
    ("address", "sort"),
    [("sort=newest", "newest"), ("sort=title", "title"), ("sort=relevance", ""), ("sort=x", ""), ("", "")],
)
def test_only_orders_that_the_result_page_has_are_kept(address, sort):
    assert sort_in(QueryDict(address)) == sort


# ---------------------------------------------------------------- saving


def test_what_was_there_is_not_told_and_what_comes_is_told_once(index):
    published("Old lamp")
    save(UserFactory())
    assert tell_new_matches() == 0
    published("New lamp")
    assert [tell_new_matches(), tell_new_matches()] == [1, 0]
    assert subjects() == ["New for “Lamps”: 1 result"]
    assert "New lamp" in OutgoingMail.objects.get().text
    assert "Old lamp" not in OutgoingMail.objects.get().text


def test_same_search_is_not_saved_twice(index):
    user = UserFactory()
    first = save(user)
    with pytest.raises(AlreadySaved) as refusal:
        save(user, sort="newest")
    assert refusal.value.search == first
    save(user, language="nl")
    save(UserFactory())
    assert SavedSearch.objects.count() == 3


def test_member_keeps_so_many_and_no_more(index, monkeypatch):
    user = UserFactory()
    SavedSearch.objects.bulk_create(
        [SavedSearch(user=user, name="x", language="en", query=f"q=x{number}") for number in range(MOST_SAVED)]
    )
    with pytest.raises(ValidationError, match="You have saved 50 searches, and cannot save more"):
        save(user)
    SavedSearch.objects.first().delete()
    assert save(user).pk


def test_search_that_is_too_long_is_refused(index):
    with pytest.raises(ValidationError, match="too long to be saved"):
        save(UserFactory(), "q=" + "x" * 1000)


# ---------------------------------------------------------------- letters


def test_letter_is_in_the_readers_language_with_passage_and_language_of_what_was_found(index):
    reader = UserFactory(languages=["fr", "nl"], first_name="Léa_*", email="lea@example.com")
    save(reader, name="Lampen_\nBcc: x")
    city = CityFactory(names={"fr": "La Haye", "nl": "Den Haag"}, country="NL")
    sheet = published("Slimme *lamp*", language="nl", city=city, summary="Een lamp & meer.", slug="slimme-lamp")
    assert tell_new_matches() == 1
    letter = OutgoingMail.objects.get()
    assert (letter.recipient, letter.language) == ("lea@example.com", "fr")
    lines = letter.text.splitlines()
    assert "**[Slimme \\*lamp\\*](http://localhost:8000/fr/praktijken/slimme-lamp/)**\\" in lines
    assert any("La Haye, Pays-Bas · Nederlands" in line for line in lines)
    assert any("**lamp**" in line and "&" in line for line in lines)
    assert "<http://localhost:8000/en/search/?q=lamp>" in lines
    assert "<http://localhost:8000/fr/search/saved/>" in lines
    assert "\n" not in letter.subject
    assert sheet.title in letter.text.replace("\\", "")


@pytest.mark.parametrize(
    ("passage", "markdown"),
    [
        ("A <mark>lamp</mark> &amp; more", "A **lamp** & more"),
        ("<mark>lamp</mark>", "**lamp**"),
        ("a &lt;b&gt; *x* <mark>l_p</mark>, too", r"a \<b> \*x\* **l\_p**, too"),
        ("", ""),
    ],
)
def test_passage_becomes_markdown_that_says_the_same(passage, markdown):
    assert passage_in_markdown(passage) == markdown


def test_letter_can_be_stopped_by_one_click(index):
    search = save(UserFactory())
    published("Lamp")
    tell_new_matches()
    assert deliver_mail.func() == 1
    (letter,) = mail.outbox
    # The key holds the second in which it was made.
    address = letter.extra_headers["List-Unsubscribe"].strip("<>")
    token = address.removeprefix("http://localhost:8000/en/search/saved/stop/").removesuffix("/")
    assert read_stop_token(token) == search
    assert letter.extra_headers == {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    sent = letter.message()
    assert (sent["List-Unsubscribe"], sent["List-Unsubscribe-Post"]) == tuple(letter.extra_headers.values())
    assert f"<{address}>" in letter.body


def test_other_letters_have_no_such_headers(client):
    user = UserFactory()
    OutgoingMail.objects.create(key="x", kind="x", recipient=user.email, language="en", subject="S", text="T\n")
    deliver_mail.func()
    assert mail.outbox[0].extra_headers == {}


def test_newest_of_many_are_shown_and_all_are_counted_and_told(fake_engine):
    user = UserFactory()
    search = save(user)
    sheets = [PracticeSheetFactory(title=f"Lamp {number:03}") for number in range(SHOWN_IN_A_LETTER + 3)]
    for day, sheet in enumerate(sheets):
        sheet.first_published_at = timezone.now() - timedelta(days=day)
        sheet.save()
    fake_engine.own = [hit(sheet) for sheet in reversed(sheets)]
    make_due()
    assert tell_new_matches() == 1
    letter = OutgoingMail.objects.get()
    assert letter.subject == "New for “Lamps”: 23 results"
    shown = [line.partition("]")[0][3:] for line in letter.text.splitlines() if line.startswith("**[")]
    assert shown == [f"Lamp {number:03}" for number in range(SHOWN_IN_A_LETTER)]
    assert "These are the newest 20 of 23" in letter.text
    make_due()
    assert tell_new_matches() == 0
    assert search.told.count() == 23


def test_only_strong_hits_are_told_and_a_hit_that_becomes_strong_is(fake_engine):
    weak, strong = PracticeSheetFactory(title="Weak"), PracticeSheetFactory(title="Strong")
    save(UserFactory())
    fake_engine.own, fake_engine.other = [hit(weak, is_strong=False)], [hit(strong)]
    make_due()
    assert tell_new_matches() == 1
    assert "[Strong]" in OutgoingMail.objects.get().text
    assert "[Weak]" not in OutgoingMail.objects.get().text
    fake_engine.own = [hit(weak)]
    make_due()
    assert tell_new_matches() == 1
    assert "[Weak]" in OutgoingMail.objects.last().text


def test_search_is_asked_as_its_owner_with_its_filters_newest_first(fake_engine, group):
    user = UserFactory(languages=["nl", "de"])
    set_membership(group=group, user=user, role=Role.MEMBER)
    save(user, "q=lamp&type=practice&country=NL", language="de", sort="title")
    (asked,) = fake_engine.asked
    assert (asked.text, asked.language, asked.reading_order[:2], asked.sort) == ("lamp", "de", ("de", "nl"), "newest")
    assert asked.filters == {"type": frozenset({"practice"}), "country": frozenset({"NL"})}
    assert asked.audiences == {"public", "network", f"group:{group.translation_key}"}


def test_new_language_version_of_what_was_told_is_not_told_again(index):
    save(UserFactory())
    sheet = published("Lamp")
    assert tell_new_matches() == 1
    translate(sheet, "fr", title="Lampe lamp").save_revision().publish()
    take_in_pending()
    assert tell_new_matches() == 0


@pytest.mark.parametrize(
    ("who", "told"),
    [("stranger", {"public", "network"}), ("member", {"public", "network", "group", "thread"})],
)
def test_letters_tell_what_the_member_may_see(index, group, people, who, told):
    save(people[who])
    for visibility in ("public", "network", "group"):
        published(f"Lamp kind-{visibility}", visibility=visibility, group=group)
    ThreadFactory(group=group, author=people["coordinator"], title="Lamp kind-thread")
    take_in_pending()
    assert tell_new_matches() == 1
    text = OutgoingMail.objects.get().text
    assert {kind for kind in ("public", "network", "group", "thread") if f"kind-{kind}" in text} == told


def test_sight_is_that_of_the_moment_of_sending(index, group, people):
    save(people["member"])
    published("Lamp of the group", visibility="group", group=group)
    people["member"].memberships.all().delete()
    assert tell_new_matches() == 0
    set_membership(group=group, user=people["member"], role=Role.MEMBER)
    make_due()
    assert tell_new_matches() == 1


def test_what_was_withdrawn_since_it_was_indexed_is_told_only_once_it_is_back(index):
    save(UserFactory())
    sheet = published("Lamp")
    type(sheet).objects.filter(pk=sheet.pk).update(live=False)
    assert tell_new_matches() == 0
    type(sheet).objects.filter(pk=sheet.pk).update(live=True)
    make_due()
    assert tell_new_matches() == 1


@pytest.mark.parametrize("state", ["inactive", "paused", "never", "deleted"])
def test_who_wants_or_may_have_no_letters_gets_none(index, state):
    user = UserFactory()
    search = save(user, frequency="never" if state == "never" else "at-once")
    if state == "paused":
        pause_search(search=search)
    if state == "deleted":
        search.delete()
    if state == "inactive":
        user.is_active = False
        user.save()
    published("Lamp")
    make_due()
    assert tell_new_matches() == 0
    assert OutgoingMail.objects.count() == 0


def test_what_came_during_a_pause_is_told_after_it(index):
    search = save(UserFactory(), frequency="monthly")
    pause_search(search=search)
    published("Lamp")
    assert tell_new_matches() == 0
    resume_search(search=search)
    assert tell_new_matches() == 1


def test_resuming_what_is_not_paused_brings_no_letter_forward(index):
    search = save(UserFactory(), frequency="monthly")
    published("Lamp")
    resume_search(search=search)
    assert tell_new_matches() == 0


# ---------------------------------------------------------------- by the clock


@pytest.mark.parametrize(
    ("frequency", "early", "late"),
    [
        ("daily", timedelta(hours=23), timedelta(hours=25)),
        ("weekly", timedelta(days=6, hours=23), timedelta(days=7, hours=1)),
        ("monthly", timedelta(days=27), timedelta(days=32)),
    ],
)
def test_search_is_looked_at_when_its_time_has_come(index, monkeypatch, frequency, early, late):
    now = timezone.now()
    save(UserFactory(), frequency=frequency)
    published("Lamp")
    monkeypatch.setattr(timezone, "now", lambda: now + early)
    assert tell_new_matches() == 0
    monkeypatch.setattr(timezone, "now", lambda: now + late)
    assert tell_new_matches() == 1


def test_month_ends_where_the_next_one_does(fake_engine, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: timezone.datetime.fromisoformat("2027-01-31T10:00+00:00"))
    assert save(UserFactory(), frequency="monthly").next_due_at.isoformat() == "2027-02-28T10:00:00+00:00"


def test_search_told_at_once_is_looked_at_only_when_the_index_has_changed(fake_engine):
    save(UserFactory())
    tell_new_matches()
    asked = len(fake_engine.asked)
    tell_new_matches()
    assert len(fake_engine.asked) == asked
    PendingUpdate.objects.create(document_id="practices.practicesheet:1")
    fake_engine.write = lambda documents, removed: None
    take_in_pending()
    tell_new_matches()
    assert len(fake_engine.asked) == asked + 1


def test_change_of_the_index_while_a_search_is_looked_at_is_not_lost(fake_engine):
    from search.actions.saved_searches import look_again_at_once

    save(UserFactory())
    search_before = fake_engine.search

    def publish_meanwhile(request):
        found = search_before(request)
        look_again_at_once()
        return found

    fake_engine.search = publish_meanwhile
    tell_new_matches()
    fake_engine.search = search_before
    assert SavedSearch.objects.due(timezone.now()).count() == 1


@pytest.mark.parametrize("place", ["before the letter", "after the letter", "before the end"])
def test_worker_that_dies_in_between_has_told_nothing_twice_and_lost_nothing(index, monkeypatch, place):
    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    target = {
        "before the letter": ("search.notifications.NewMatches.recipients", die),
        "after the letter": ("search.models.ToldMatch.objects.bulk_create", die),
        "before the end": ("search.models.SavedSearch.save", die),
    }[place]
    save(UserFactory())
    published("Lamp")
    with monkeypatch.context() as patch:
        patch.setattr(*target)
        with pytest.raises(Killed):
            tell_new_matches()
    assert (OutgoingMail.objects.count(), ToldMatch.objects.count()) == (0, 0)
    assert [tell_new_matches(), tell_new_matches()] == [1, 0]
    assert OutgoingMail.objects.count() == 1


def test_search_that_fails_keeps_no_other_waiting_and_has_its_turn_again(index, monkeypatch, caplog):
    broken, _whole = save(UserFactory(), name="Broken"), save(UserFactory(), name="Whole")
    published("Lamp")
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr(
            "search.notifications.NewMatches.key",
            property(lambda message: 1 / 0 if message.search.name == "Broken" else "x"),
        )
        assert tell_new_matches() == 1
    assert f"Saved search {broken.pk} could not be told." in caplog.text
    assert tell_new_matches() == 1
    assert sorted(subjects()) == ["New for “Broken”: 1 result", "New for “Whole”: 1 result"]


def test_a_round_is_bounded_and_those_left_have_the_next(fake_engine, monkeypatch):
    monkeypatch.setattr("search.actions.saved_searches.A_ROUND", 2)
    for _number in range(3):
        save(UserFactory())
    fake_engine.own = [hit(PracticeSheetFactory(title="Lamp"))]
    make_due()
    assert [tell_new_matches(), tell_new_matches(), tell_new_matches()] == [2, 1, 0]


def test_without_an_index_searches_wait(index, search_folder):
    save(UserFactory())
    published("Lamp")
    search_folder.rename(search_folder.with_name("elsewhere"))
    assert tell_new_matches() == 0
    search_folder.with_name("elsewhere").rename(search_folder)
    assert tell_new_matches() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_telling_takes_as_many_queries_for_one_match_as_for_three(fake_engine, rows, django_assert_num_queries):
    save(UserFactory())
    fake_engine.own = [hit(PracticeSheetFactory(title="Lamp")) for _row in range(rows)]
    make_due()
    tell_new_matches()
    fake_engine.own = [hit(PracticeSheetFactory(title="Lamp")) for _row in range(rows)]
    make_due()
    with django_assert_num_queries(24):
        assert tell_new_matches() == 1


# ---------------------------------------------------------------- screens


@pytest.fixture
def saved(people, index):
    return save(people["member"])


def addresses(search):
    base = f"/en/search/saved/{search.pk}/"
    return [
        ("get", base),
        ("post", base),
        ("post", f"{base}pause/"),
        ("get", f"{base}delete/"),
        ("post", f"{base}delete/"),
    ]


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("member", [200, 302, 302, 200, 302]),
        ("stranger", [404] * 5),
        ("coordinator", [404] * 5),
        ("administrator", [404] * 5),
        ("visitor", [302] * 5),
    ],
)
def test_saved_search_is_its_owners_alone(client_as, saved, who, statuses):
    client = client_as(who)
    answers = [getattr(client, method)(address, FORM) for method, address in addresses(saved)]
    assert [answer.status_code for answer in answers] == statuses
    if who == "visitor":
        assert all("/login/" in answer["Location"] for answer in answers)
    assert SavedSearch.objects.filter(pk=saved.pk).exists() is (who != "member")


@pytest.mark.parametrize(("who", "names"), [("member", ["Lamps"]), ("stranger", []), ("administrator", [])])
def test_list_shows_ones_own(client_as, saved, who, names):
    response = client_as(who).get("/en/search/saved/")
    assert [search.name for search, _filters in response.context["searches"]] == names


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_as_for_three(client_as, people, index, rows, django_assert_num_queries):
    for number in range(rows):
        theme, city = ConceptFactory(), CityFactory()
        save(people["member"], f"q=lamp{number}&theme={theme.key}&city={city.key}")
    client = client_as("member")
    client.get("/en/search/saved/")
    with django_assert_num_queries(11):
        response = client.get("/en/search/saved/")
    assert len(response.context["searches"]) == rows


def test_filters_are_shown_in_words(client_as, people, index):
    theme = ConceptFactory(key="light", names={"en": "Light", "fr": "Lumière"})
    save(people["member"], f"q=lamp&type=practice&theme={theme.key}&theme=gone&country=NL&language=nl&status=running")
    ((_search, filters),) = client_as("member").get("/fr/search/saved/").context["searches"]
    assert filters == ["Pratiques", "Lumière", "gone", "Pays-Bas", "Nederlands", "en cours"]


def test_result_page_leads_to_saving_with_its_words_and_filters(client_as, index):
    page = client_as("visitor").get("/nl/search/?q=lamp&country=NL&page=1").content.decode()
    assert 'href="/nl/search/saved/new/?q=lamp&amp;country=NL"' in page


def test_visitor_is_led_to_the_login_and_back(client_as, people, index):
    address = "/en/search/saved/new/?q=lamp&country=NL"
    response = client_as("visitor").get(address)
    assert response["Location"] == "/en/login/?next=/en/search/saved/new/%3Fq%3Dlamp%26country%3DNL"


def test_member_saves_what_the_result_page_showed(client_as, people, index):
    address = "/nl/search/saved/new/?q=lamp&country=NL&sort=newest&page=2"
    client = client_as("member")
    assert client.get(address).context["form"].initial == {"name": "lamp", "frequency": "weekly"}
    response = client.post(address, FORM)
    assert response["Location"] == "/nl/search/saved/"
    search = SavedSearch.objects.get()
    assert (search.user, search.name, search.language, search.frequency) == (people["member"], "Lamps", "nl", "at-once")
    assert search.get_absolute_url() == "/nl/search/?q=lamp&country=NL&sort=newest"


@pytest.mark.parametrize("method", ["get", "post"])
def test_saving_the_same_again_leads_to_what_is_there(client_as, saved, method):
    query = "sort=title&q=lamp&page=3"
    response = getattr(client_as("member"), method)(f"/en/search/saved/new/?{query}")
    assert response["Location"] == f"/en/search/saved/{saved.pk}/"
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"name": "", "frequency": "daily"},
        {"name": "x", "frequency": "hourly"},
        {"name": "x" * 121, "frequency": "daily"},
    ],
)
@pytest.mark.parametrize("what", ["new", "change"])
def test_wrong_form_comes_back_with_what_was_typed(client_as, saved, form, what):
    address = "/en/search/saved/new/?q=other" if what == "new" else f"/en/search/saved/{saved.pk}/"
    response = client_as("member").post(address, {**form, "x": "x"})
    assert response.status_code == 422
    if form.get("name"):
        assert f'value="{form["name"]}"' in response.content.decode()
    assert [search.name for search in SavedSearch.objects.all()] == ["Lamps"]


def test_nothing_to_save_leads_to_the_search(client_as, index):
    assert client_as("member").get("/en/search/saved/new/?country=NL")["Location"] == "/en/search/"


def test_limit_is_told_on_the_form(client_as, people, index):
    SavedSearch.objects.bulk_create(
        [
            SavedSearch(user=people["member"], name="x", language="en", query=f"q=x{number}")
            for number in range(MOST_SAVED)
        ]
    )
    response = client_as("member").post("/en/search/saved/new/?q=lamp", FORM)
    assert response.status_code == 422
    assert "You have saved 50 searches, and cannot save more." in response.content.decode()


def test_without_an_index_saving_asks_for_patience(client_as, search_folder):
    response = client_as("member").post("/en/search/saved/new/?q=lamp", FORM)
    assert response.status_code == 503
    assert 'value="Lamps"' in response.content.decode()
    assert SavedSearch.objects.count() == 0


def test_member_changes_pauses_and_lets_go_on(client_as, saved):
    client, address = client_as("member"), f"/en/search/saved/{saved.pk}/"
    client.post(address, {"name": "Light", "frequency": "daily"})
    saved.refresh_from_db()
    assert (saved.name, saved.frequency) == ("Light", "daily")
    states = []
    for letters in ("pause", "pause", "go-on"):
        client.post(f"{address}pause/", {"letters": letters})
        saved.refresh_from_db()
        states.append(saved.is_paused)
    assert states == [True, True, False]


def test_changing_only_the_name_leaves_the_next_date(saved):
    change_search(search=saved, name="Other", frequency=saved.frequency)
    assert SavedSearch.objects.get().next_due_at == saved.next_due_at


# ---------------------------------------------------------------- stopping by the letter


def stop_address(search):
    return f"/en/search/saved/stop/{stop_token(search)}/"


def test_opening_the_address_from_the_letter_changes_nothing(client, saved):
    response = client.get(stop_address(saved))
    assert response.status_code == 200
    assert "Stop these letters?" in response.content.decode()
    saved.refresh_from_db()
    assert not saved.is_paused


def test_mail_program_stops_the_letters_without_login_cookie_or_token(saved):
    from tests.conftest import StrictClient

    client = StrictClient(enforce_csrf_checks=True)
    for _time in range(2):
        response = client.post(stop_address(saved), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    saved.refresh_from_db()
    assert saved.is_paused
    assert "Nothing more is sent for your search “Lamps”." in response.content.decode()
    assert "sessionid" not in client.cookies


def test_key_of_one_letter_stops_no_other_search(client, saved, people):
    other = save(people["member"], "q=other")
    client.post(stop_address(saved))
    other.refresh_from_db()
    assert not other.is_paused


def test_forged_key_opens_nothing(client, saved):
    key = stop_token(saved)
    for token in ("nothing", f"{key}x", key[1:], key[:-1], f"{key[:-1]}{'B' if key.endswith('A') else 'A'}"):
        assert client.post(f"/en/search/saved/stop/{token}/").status_code == 410
    saved.refresh_from_db()
    assert not saved.is_paused


def test_key_of_a_deleted_search_says_that_nothing_is_sent(client, saved):
    address = stop_address(saved)
    saved.delete()
    for method in (client.get, client.post):
        response = method(address)
        assert response.status_code == 200
        assert "nothing is sent for it" in response.content.decode()


def test_letters_are_written_once_a_minute_before_the_outbox_is_emptied():
    from portal.schedule import STEPS
    from search.actions.misses import prune_misses

    assert STEPS.index(tell_new_matches) < STEPS.index(deliver_mail.func)
    assert prune_misses in STEPS
