"""The relevance desk: judging, measuring, and what changed since the version before."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from wagtail.models import Page

from portal.content.loader import ContentLoader
from portal.content.tables import ContentError
from search.actions import rebuild_index
from search.actions.relevance import judge_query, measure_relevance, save_run
from search.judging import titles_of
from search.models import ExpectedResult, JudgedQuery, RelevanceRun
from search.relevance import as_table, changes, run_before, score, scores_of, version
from tests.factories import PracticeSheetFactory, ThreadFactory, translate
from tests.search.engines import hit

pytestmark = pytest.mark.django_db

PERFECT = {"mrr@10": 1.0, "recall@10": 1.0, "ndcg@10": 1.0}
NOTHING = {"mrr@10": 0.0, "recall@10": 0.0, "ndcg@10": 0.0}


def key_of(page):
    return f"{page._meta.label_lower}:{page.translation_key}"


def judge(text, own=(), other=(), language="en", note="", judged=None):
    return judge_query(judged=judged, text=text, language=language, note=note, own=own, other=other)


def expected(query):
    return [(row.list, row.key) for row in query.expected.all()]


# ---------------------------------------------------------------- judging


def test_judged_query_keeps_what_is_expected_in_order():
    query = judge("lamp", ["b", "a"], ["c", "a"], note="why")
    assert expected(query) == [("other", "c"), ("own", "b"), ("own", "a")]
    judge("Lamp!", ["a"], judged=query)
    query.refresh_from_db()
    assert (query.text, query.note, expected(query)) == ("Lamp!", "", [("own", "a")])


def test_nothing_expected_or_judged_already_is_refused():
    judge("lamp", ["a"])
    with pytest.raises(ValidationError, match="Choose at least one result"):
        judge("other")
    with pytest.raises(ValidationError, match="judged already"):
        judge("lamp", ["b"])
    other = judge("lamp", ["b"], language="nl")
    with pytest.raises(ValidationError, match="judged already"):
        judge("lamp", ["b"], language="en", judged=other)


def test_judging_the_same_again_writes_nothing(django_assert_num_queries):
    judge("lamp", ["a", "b"])
    query = JudgedQuery.objects.prefetch_related("expected").get()
    with django_assert_num_queries(3):
        judge("lamp", ["a", "b"], judged=query)
    assert ExpectedResult.objects.count() == 2


# ---------------------------------------------------------------- measuring


def test_scores_are_those_of_each_list_and_the_means_of_each_language(fake_engine):
    sheets = [PracticeSheetFactory(title=f"Lamp {number}") for number in range(3)]
    fake_engine.own, fake_engine.other = [hit(sheets[0]), hit(sheets[1])], [hit(sheets[2])]
    first, second, third = map(key_of, sheets)
    judge("perfect", [first], [third])
    judge("half", [first], ["gone"])
    judge("nothing", ["gone"], language="nl")
    judge("second", [second], language="nl")
    scores = score()
    rows = {row.text: row for row in scores.rows}
    assert rows["perfect"].measures == PERFECT
    assert rows["half"].measures == dict.fromkeys(PERFECT, 0.5)
    assert (rows["half"].missed, rows["nothing"].measures) == (("gone",), NOTHING)
    assert rows["second"].measures == {"mrr@10": 0.5, "recall@10": 1.0, "ndcg@10": 0.6309}
    assert scores.means == {
        "en": {**dict.fromkeys(PERFECT, 0.75), "queries": 2},
        "nl": {"mrr@10": 0.25, "recall@10": 0.5, "ndcg@10": 0.3155, "queries": 2},
        "all": {"mrr@10": 0.5, "recall@10": 0.625, "ndcg@10": 0.5327, "queries": 4},
    }


def test_queries_are_asked_as_a_visitor_in_their_language(fake_engine):
    judge("lamp", ["a"], language="nl")
    score()
    (asked,) = fake_engine.asked
    assert (asked.text, asked.language, asked.reading_order[0]) == ("lamp", "nl", "nl")
    assert (asked.audiences, asked.sort, asked.filters) == ({"public"}, "relevance", {})


@pytest.mark.parametrize("rows", [1, 3])
def test_scoring_asks_the_database_once_for_each_search(fake_engine, rows, django_assert_num_queries):
    """Whether something is withheld from a visitor; the queries and the vocabulary are read once for all."""
    for number in range(rows):
        judge(f"lamp {number}", ["a"])
    with django_assert_num_queries(4 + rows):
        assert len(score().rows) == rows


@pytest.fixture
def two_versions(fake_engine):
    """A run of one version, and one of the next, which answers one query better and another worse."""
    sheets = [PracticeSheetFactory(title=f"Lamp {number}") for number in range(3)]
    for name, found in zip(("better", "worse", "same"), (1, 0, 2), strict=True):
        judge(name, [key_of(sheets[found])])
    judge("never", ["practices.practicesheet:gone"])
    fake_engine.own = [hit(sheets[0]), hit(sheets[2])]
    before = save_run(scores=score())
    fake_engine.version, fake_engine.own = "2", [hit(sheets[1]), hit(sheets[2])]
    return before, save_run(scores=score()), sheets


def test_changes_are_those_since_the_last_run_of_another_version(two_versions):
    before, run, _sheets = two_versions
    assert (before.version.split(" / ")[1], run.version.split(" / ")[1]) == ("1", "2")
    again = save_run(scores=score())
    for each in (run, again):
        assert run_before(each.version, each) == before
    assert run_before(before.version, before) is None
    found = changes(scores_of(again), before)
    assert [(change.row.text, change.difference) for change in found] == [
        ("worse", -1.0),
        ("better", 1.0),
        ("never", 0.0),
        ("same", 0.0),
    ]
    judge("new", ["a"])
    (new,) = [change for change in changes(score(), before) if change.before is None]
    assert (new.row.text, new.difference) == ("new", 0.0)


def test_table_shows_means_changes_and_what_was_missed(two_versions):
    before, run, sheets = two_versions
    table = as_table(scores_of(run), before).splitlines()
    assert table[0].split() == ["queries", "mrr@10", "recall@10", "ndcg@10", "change"]
    assert table[1].split() == ["en", "4", "0.3750", "0.5000", "0.4077", "+0.0000"]
    assert table[4:] == [
        f"en  ndcg@10 0.0000 (-1.0000)  worse  missed: {key_of(sheets[0])}",
        "en  ndcg@10 1.0000 (+1.0000)  better",
        "en  ndcg@10 0.0000 (+0.0000)  never  missed: practices.practicesheet:gone",
    ]


def test_version_tells_portal_and_index(fake_engine):
    project = (Path(settings.BASE_DIR) / "pyproject.toml").read_text()
    portal, _slash, index = version().partition(" / ")
    assert f'version = "{portal}"' in project
    assert index == "1"


# ---------------------------------------------------------------- the command


def test_command_prints_and_saves_only_if_asked(two_versions, capsys):
    call_command("search_relevance")
    printed = capsys.readouterr().out
    assert printed.splitlines()[0].startswith("4 queries, version ")
    assert "compared with version" in printed
    assert RelevanceRun.objects.count() == 2
    call_command("search_relevance", "--json", "--save")
    data = json.loads(capsys.readouterr().out)
    assert RelevanceRun.objects.count() == 3
    assert data["rows"][1] == {"text": "better", "language": "en", **PERFECT, "missed": [], "change": 1.0}
    assert data["means"]["all"]["queries"] == 4
    assert data["compared_with"] == two_versions[0].version


def test_command_says_what_is_missing(search_folder):
    with pytest.raises(CommandError, match="search_index rebuild"):
        call_command("search_relevance")
    rebuild_index()
    with pytest.raises(CommandError, match="No query is judged yet"):
        call_command("search_relevance")


# ---------------------------------------------------------------- the desk


@pytest.fixture
def lamps(search_folder, group):
    own = [PracticeSheetFactory(title=f"Lamp {number}", summary="A lamp.") for number in range(3)]
    dutch = PracticeSheetFactory(title="Lamp op zijn Nederlands", language="nl")
    PracticeSheetFactory(title="Lamp of the group", visibility="group", group=group)
    rebuild_index()
    return [*own, dutch]


NEW = "/en/search/judged/new/?q=lamp"


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
def test_desk_is_for_coordinators(client_as, lamps, who, status):
    query = judge("light", [key_of(lamps[0])])
    client = client_as(who)
    assert [client.get(address).status_code for address in (NEW, query.get_absolute_url())] == [status] * 2
    client.post(NEW, {"text": "lamp", "language": "en", "own": key_of(lamps[1])})
    assert JudgedQuery.objects.filter(text="lamp").exists() is (status == 200)


@pytest.mark.parametrize(
    ("who", "led"), [("coordinator", True), ("administrator", True), ("member", False), ("visitor", False)]
)
def test_result_page_leads_coordinators_to_the_desk(client_as, lamps, who, led):
    page = client_as(who).get("/en/search/?q=lamp").content.decode()
    assert ('href="/en/search/judged/new/?q=lamp"' in page) is led


def test_desk_offers_what_a_visitor_finds_in_both_lists(client_as, lamps):
    lists = client_as("coordinator").get(NEW).context["lists"]
    titles = {name: {candidate.title for candidate in found} for name, _label, found in lists}
    assert titles == {"own": {"Lamp 0", "Lamp 1", "Lamp 2"}, "other": {"Lamp op zijn Nederlands"}}


def test_coordinator_ticks_and_numbers_what_is_expected(client_as, lamps, group):
    first, second, _third, dutch = map(key_of, lamps)
    hidden = key_of(Page.objects.get(title="Lamp of the group").specific)
    form = {
        "text": " lamp ",
        "language": "en",
        "note": "why",
        "own": [first, second, hidden, "nonsense"],
        f"place-{first}": "2",
        f"place-{second}": "1",
        "other": dutch,
        f"place-{dutch}": "x",
    }
    response = client_as("coordinator").post(NEW, form)
    assert response["Location"] == "/cms/judgedquery/"
    query = JudgedQuery.objects.get()
    assert (query.text, query.language, query.note) == ("lamp", "en", "why")
    assert expected(query) == [("other", dutch), ("own", second), ("own", first)]
    again = client_as("coordinator").get(NEW)
    assert again["Location"] == f"/en/search/judged/{query.pk}/"
    (own, _other) = client_as("coordinator").get(again["Location"]).context["lists"]
    assert [(each.title, each.is_expected, each.place) for each in own[2]] == [
        ("Lamp 1", True, "1"),
        ("Lamp 0", True, "2"),
        ("Lamp 2", False, ""),
    ]


def test_what_is_expected_and_not_found_any_more_is_shown_and_can_stay(client_as, lamps):
    other = PracticeSheetFactory(title="Candle")
    query = judge("lamp", [key_of(other), "practices.practicesheet:gone"])
    client, address = client_as("coordinator"), query.get_absolute_url()
    response = client.get(address)
    assert "today not among the first" in response.content.decode()
    own = response.context["lists"][0][2]
    assert [(each.title, each.rank) for each in own[:2]] == [("Candle", None), ("practices.practicesheet:gone", None)]
    client.post(address, {"text": "lamp", "language": "en", "own": key_of(other)})
    assert expected(query) == [("own", key_of(other))]


@pytest.mark.parametrize(
    "form",
    [
        {"text": "lamp", "language": "en", "note": "typed"},
        {"text": "", "language": "en", "note": "typed"},
        {"text": "lamp", "language": "xx", "note": "typed"},
    ],
)
def test_wrong_form_keeps_what_was_typed_and_ticked(client_as, lamps, form):
    tick = {"own": key_of(lamps[2])} if form["text"] != "lamp" or form["language"] == "xx" else {}
    response = client_as("coordinator").post(NEW, {**form, **tick})
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="typed"' in page
    assert page.count(" checked>") == len(tick)
    assert JudgedQuery.objects.count() == 0


def test_desk_without_a_query_asks_for_one_and_without_an_index_for_patience(client_as, lamps, search_folder):
    client = client_as("coordinator")
    assert 'name="q"' in client.get("/en/search/judged/new/").content.decode()
    search_folder.rename(search_folder.with_name("elsewhere"))
    assert client.get(NEW).status_code == 503


@pytest.mark.parametrize("rows", [1, 3])
def test_desk_takes_the_same_queries_for_one_as_for_three(client_as, search_folder, rows, django_assert_num_queries):
    sheets = [PracticeSheetFactory(title="Lamp") for _row in range(rows)]
    rebuild_index()
    query = judge("zeppelin", [key_of(sheet) for sheet in sheets])
    client = client_as("coordinator")
    client.get(query.get_absolute_url())
    with django_assert_num_queries(12):
        response = client.get(query.get_absolute_url())
    assert len(response.context["lists"][0][2]) == rows


def test_titles_are_those_in_the_best_language_and_of_pages_only(group, people):
    sheet = PracticeSheetFactory(title="Lamp nl", language="nl")
    translate(sheet, "en", title="Lamp en")
    thread = ThreadFactory(group=group, author=people["coordinator"])
    keys = [key_of(sheet), f"discussions.thread:{thread.pk}", "nonsense", "practices.practicesheet:gone"]
    assert titles_of(keys[:3]) == {key_of(sheet): ("Lamp en", "en")}
    assert titles_of(keys[3:]) == {}


# ---------------------------------------------------------------- in the editor


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 302), ("stranger", 302), ("visitor", 302)],
)
def test_pages_of_the_editor_are_for_coordinators(client_as, two_versions, who, status):
    query = JudgedQuery.objects.first()
    client = client_as(who)
    for address in ("/cms/judgedquery/", f"/cms/judgedquery/delete/{query.pk}/", "/cms/relevance/"):
        assert client.get(address).status_code == status


@pytest.mark.usefixtures("editor")
def test_list_of_judged_queries_leads_to_the_desk(client_as):
    query = judge("lamp", ["a", "b"], language="nl")
    client = client_as("coordinator")
    (row,) = client.get("/cms/judgedquery/?language=nl&q=la").context["object_list"]
    assert (row.text, row.expected_count) == ("lamp", 2)
    assert client.get(f"/cms/judgedquery/edit/{query.pk}/")["Location"] == f"/en/search/judged/{query.pk}/"
    assert client.get("/cms/judgedquery/new/")["Location"] == "/en/search/judged/new/"
    client.post(f"/cms/judgedquery/delete/{query.pk}/")
    assert JudgedQuery.objects.count() == 0


@pytest.mark.usefixtures("editor")
@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_judged_queries_takes_the_same_queries(client_as, rows, django_assert_num_queries):
    for number in range(rows):
        judge(f"lamp {number}", ["a"])
    client = client_as("coordinator")
    client.get("/cms/judgedquery/")
    with django_assert_num_queries(14):
        assert len(client.get("/cms/judgedquery/").context["object_list"]) == rows


@pytest.mark.usefixtures("editor")
def test_relevance_shows_the_last_run_and_what_changed(client_as, two_versions):
    before, run, _sheets = two_versions
    response = client_as("coordinator").get("/cms/relevance/")
    assert (response.context["run"], response.context["before"]) == (run, before)
    assert [change["row"].text for change in response.context["changes"]] == ["worse", "better", "never", "same"]
    assert response.context["changes"][0]["missed"] == [("Lamp 0", "en")]
    page = response.content.decode()
    assert '<span lang="en">Lamp 0</span>' in page
    assert "practices.practicesheet:gone" in page


@pytest.mark.usefixtures("editor")
def test_relevance_before_the_first_run_offers_to_measure(client_as):
    page = client_as("coordinator").get("/cms/relevance/").content.decode()
    assert "The search has not been measured yet." in page
    assert 'action="/cms/relevance/measure/"' in page


@pytest.mark.parametrize(
    ("who", "queued"), [("coordinator", 1), ("administrator", 1), ("member", 0), ("stranger", 0), ("visitor", 0)]
)
def test_measuring_is_done_by_the_queue(client_as, who, queued):
    from django_tasks import default_task_backend

    default_task_backend.clear()
    client_as(who).post("/cms/relevance/measure/")
    assert [result.task.name for result in default_task_backend.results] == ["measure_relevance"] * queued
    assert client_as("coordinator").get("/cms/relevance/measure/").status_code == 405


def test_job_measures_and_keeps(fake_engine):
    judge("lamp", ["a"])
    assert measure_relevance.func() == 1
    (run,) = RelevanceRun.objects.all()
    assert (run.means["all"]["queries"], run.rows[0]["missed"]) == (1, ["a"])


def test_old_runs_are_forgotten(fake_engine, monkeypatch):
    monkeypatch.setattr("search.actions.relevance.KEPT_RUNS", 2)
    runs = [save_run(scores=score()) for _time in range(3)]
    assert set(RelevanceRun.objects.all()) == set(runs[1:])


# ---------------------------------------------------------------- from the content files


@pytest.fixture
def loader(tmp_path):
    loader = ContentLoader(tmp_path)
    loader.loaded.pages["lamp"] = PracticeSheetFactory(title="Lamp")
    return loader


QUERY = '[[query]]\ntext = "lamp"\nlanguage = "en"\nfirst = "lamp"\nlist = "own"\nnote = "why"\n'


def test_judged_queries_come_from_the_content_and_loading_again_changes_nothing(loader):
    (loader.folder / "judged_queries.toml").write_text(QUERY)
    for _time in range(2):
        loader.load_judged_queries()
    query = JudgedQuery.objects.get()
    assert (query.text, query.language, query.note) == ("lamp", "en", "why")
    assert expected(query) == [("own", key_of(loader.loaded.pages["lamp"]))]
    pk = query.expected.get().pk
    loader.load_judged_queries()
    assert query.expected.get().pk == pk


def test_folder_need_not_have_judged_queries(loader):
    loader.load_judged_queries()
    assert JudgedQuery.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [(('lamp"\nlist', 'gone"\nlist'), "“gone” is not known"), (("own", "both"), "“both” is not one of own, other")],
)
def test_wrong_judged_query_is_named_with_its_line(loader, wrong, reason):
    (loader.folder / "judged_queries.toml").write_text(QUERY.replace(*wrong))
    with pytest.raises(ContentError, match=reason):
        loader.load_judged_queries()
