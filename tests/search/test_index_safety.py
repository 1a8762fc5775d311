"""The index under everything that can happen to its folder and to those who write to it, looked at from outside.

Nothing here knows how the engine keeps its files. `python -m tests.soak` does for long what is done here for seconds.
"""

import gc
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django_tasks import default_task_backend

from practices.models import PracticeSheet
from search import actions
from search.actions import compare_index, rebuild_index, repair_index, take_in_pending
from search.engine import Document, IndexUnavailable, SearchRequest
from search.engines import get_engine
from search.models import PendingUpdate
from tests.factories import PracticeSheetFactory

pytestmark = [
    pytest.mark.django_db,
    # A library leaves the files open in which it fails; they are closed by Python.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def lamps(search_folder):
    """Three sheets in the index, of which one is found by "lamps"."""
    for number, title in enumerate(("Street lamps", "Park benches", "Réverbères")):
        PracticeSheetFactory(title=title, language="fr" if number == 2 else "en", problem=f"{title}. " * 20)
    rebuild_index()
    default_task_backend.clear()
    return search_folder


def found(text="lamps"):
    ranking = get_engine().search(SearchRequest(text, "en"))
    return [hit.title for hit in (*ranking.own, *ranking.other)]


def start_afresh():
    """As another process finds things."""
    get_engine.cache_clear()
    gc.collect()


# ---------------------------------------------------------------- killed at any moment


def test_writers_killed_at_any_moment_lose_nothing_and_disturb_no_reader(tmp_path, db):
    if connection.vendor == "sqlite":
        # The skeleton of pages is there already; to make it takes ten seconds.
        (tmp_path / "portal.sqlite3").write_bytes(connection.connection.serialize())
    answer = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--kills", "8", "--folder", str(tmp_path)],
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert int(re.search(r"(\d+) rounds of reading", answer.stdout)[1]) > 10


def test_worker_that_dies_between_the_commit_and_the_deletion_of_what_was_pending_loses_nothing(lamps, monkeypatch):
    sheet = PracticeSheet.objects.get(title="Street lamps")
    sheet.title = "Street lanterns"
    sheet.save()
    pending = PendingUpdate.objects.count()
    engine = get_engine()
    write = engine.write

    def write_and_die(*args, **kwargs):
        write(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "write", write_and_die)
        with pytest.raises(KeyboardInterrupt):
            take_in_pending()
    assert (PendingUpdate.objects.count(), found("lanterns")) == (pending, ["Street lanterns"])
    take_in_pending()
    assert (PendingUpdate.objects.count(), found("lanterns")) == (0, ["Street lanterns"])
    assert not compare_index()


def test_rebuild_that_dies_before_what_was_pending_is_deleted_loses_nothing(lamps, monkeypatch):
    PracticeSheetFactory(title="Lanterns")
    pending = PendingUpdate.objects.count()
    engine = get_engine()
    rebuild = engine.rebuild

    def rebuild_and_die(*args, **kwargs):
        rebuild(*args, **kwargs)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(engine, "rebuild", rebuild_and_die)
        with pytest.raises(KeyboardInterrupt):
            rebuild_index()
    assert (PendingUpdate.objects.count(), found("lanterns")) == (pending, ["Lanterns"])
    repair_index()
    assert PendingUpdate.objects.count() == 0
    assert not compare_index()


# ---------------------------------------------------------------- two at once

TWO_WRITERS = """
import os, sys
from pathlib import Path
import django
django.setup()
from django.utils.module_loading import import_string
from django.conf import settings
from search.engine import Document, SearchRequest

options = {**settings.SEARCH_ENGINE["OPTIONS"], "folder": Path(sys.argv[1])}
engine = lambda: import_string(settings.SEARCH_ENGINE["ENGINE"])(**options)

def document(name, text="harbour"):
    return Document(name, name, "en", "practice", name, text=text)

engine().rebuild([document("first")])
children = []
for writer in ("a", "b"):
    child = os.fork()
    if not child:
        own = engine()
        for number in range(12):
            own.write([document(f"{writer}{number}"), document("both", f"harbour {writer}")], removed=["first"])
        os._exit(0)
    children.append(child)
ended = [os.waitpid(child, 0)[1] for child in children]
found = engine().search(SearchRequest("harbour", "en"))
print(ended, engine().health().documents, len(engine().fingerprints()), len(found.own))
"""


def test_two_writers_at_once_lose_nothing(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", TWO_WRITERS, str(tmp_path / "index")],
        cwd=django_settings.BASE_DIR,
        env={
            **os.environ,
            "PYTHONPATH": str(django_settings.BASE_DIR),
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.stdout, answer.returncode) == ("[0, 0] 25 25 25\n", 0), answer.stderr


# ---------------------------------------------------------------- no room, no right


@contextmanager
def full_disk(left=2_000):
    """No file may become larger than ``left`` bytes: what the system says then is what a full disk says, too."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def long_document(number):
    words = " ".join(f"word{number}x{place}" for place in range(2_000))
    return Document(f"long{number}", f"long{number}", "en", "practice", f"Long {number}", text=f"harbour {words}")


@pytest.mark.parametrize("left", [0, 10_000])
@pytest.mark.parametrize("action", ["write", "rebuild"])
def test_full_disk_is_an_error_and_the_index_of_before_answers(lamps, action, left):
    engine, before = get_engine(), get_engine().fingerprints()
    many = [long_document(number) for number in range(8)]
    with full_disk(left), pytest.raises((OSError, IndexUnavailable)):
        getattr(engine, action)(many)
    for _reader in ("that was there", "that comes later"):
        assert (found(), found("harbour"), get_engine().fingerprints()) == (["Street lamps"], [], before)
        start_afresh()
    get_engine().write(many)
    assert (len(found("harbour")), found()) == (8, ["Street lamps"])


@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_commands_say_that_the_disk_is_full(lamps, command):
    PracticeSheet.objects.all().update(problem=long_document(1).text)
    with full_disk(), pytest.raises(CommandError, match="cannot be written"):
        call_command("search_index", command)
    assert found() == ["Street lamps"]
    call_command("search_index", "update")
    assert not compare_index()


def test_change_that_found_no_room_stays_pending(lamps):
    PracticeSheetFactory(title="Lanterns", problem=long_document(1).text)
    with full_disk(), pytest.raises((OSError, IndexUnavailable)):
        take_in_pending()
    assert PendingUpdate.objects.exists()
    take_in_pending()
    assert (found("lanterns"), PendingUpdate.objects.count()) == (["Lanterns"], 0)


@pytest.fixture
def read_only_folder(settings):
    """A folder with an index, which this process may only read; also where it runs as root."""
    with tempfile.TemporaryDirectory(prefix="portal-read-only-", dir="/tmp") as top:
        folder = Path(top) / "search"
        settings.SEARCH_INDEX_DIR = folder
        settings.SEARCH_ENGINE = {**settings.SEARCH_ENGINE, "OPTIONS": {"folder": folder}}
        get_engine.cache_clear()
        PracticeSheetFactory(title="Street lamps")
        rebuild_index()
        paths = [Path(top), folder, *folder.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            for path in paths:
                path.chmod(0o755)
            get_engine.cache_clear()


@pytest.mark.parametrize("command", ["update", "rebuild"])
def test_read_only_folder_is_searched_and_commands_say_that_it_cannot_be_written(read_only_folder, client, command):
    PracticeSheetFactory(title="Lanterns")
    with pytest.raises(CommandError, match=r"The index cannot be written: .*Permission denied"):
        call_command("search_index", command)
    assert found() == ["Street lamps"]
    assert client.get("/en/search/?q=lamps").status_code == 200
    assert client.get("/readyz").json()["index"]["ok"] is True


# ---------------------------------------------------------------- damage


def halve(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite_the_middle(path):
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 40] = b"\xff" * len(content[middle : middle + 40])
    path.write_bytes(content)


def remove(path):
    path.unlink()


def put_a_folder_there(path):
    path.unlink()
    path.mkdir()
    (path / "stray").write_text("x")


DAMAGES = [halve, overwrite_the_middle, remove]


def said_by(command):
    """What the command complains about, or nothing."""
    try:
        call_command("search_index", command)
    except CommandError as error:
        return str(error)
    return ""


def each_file_damaged(folder, damage):
    """The name of each file in turn, damaged; all others are whole again."""
    with tempfile.TemporaryDirectory(prefix="portal-pristine-") as top:
        pristine = Path(top) / "search"
        shutil.copytree(folder, pristine)
        files = sorted(path.relative_to(pristine) for path in pristine.rglob("*") if path.is_file())
        assert files
        for name in files:
            start_afresh()
            shutil.rmtree(folder)
            shutil.copytree(pristine, folder)
            damage(folder / name)
            cache.clear()
            default_task_backend.clear()
            yield name


@pytest.mark.parametrize("damage", DAMAGES)
def test_any_damaged_file_is_told_or_does_no_harm_and_is_mended(lamps, client, damage):
    """Whatever is answered, it is no error of the program."""
    wrong = []
    for name in each_file_damaged(lamps, damage):
        page = client.get("/en/search/?q=lamps")
        if page.status_code == 503:
            wrong += [f"{name}: {problem}" for problem in problems_of_waiting(client, page)]
            page = client.get("/en/search/?q=lamps")
        if page.status_code != 200 or [result.hit.title for result in page.context["own"]] != ["Street lamps"]:
            wrong.append(f"{name}: the page answers {page.status_code} after the queue has run")
        told = said_by("check")
        if told and not re.search(r"search_index (rebuild|update)", told):
            wrong.append(f"{name}: check does not say what to do: {told}")
        call_command("search_index", "update")
        if compare_index():
            wrong.append(f"{name}: update has not mended it")
        if (found(), found("benches")) != (["Street lamps"], ["Park benches"]):
            wrong.append(f"{name}: not all is found after the update")
    assert wrong == []


def problems_of_waiting(client, page):
    """What is wrong with a page that says that the index is not there, and with what comes of it."""
    jobs = [result.task for result in default_task_backend.results]
    if page["Retry-After"] != "30" or not jobs:
        yield f"no new index is on its way: {jobs}"
    if client.get("/readyz").status_code not in {200, 503}:
        yield "/readyz fails"
    for job in jobs:
        job.call()


def test_folder_in_the_place_of_a_file_is_named_and_all_is_well_once_it_is_gone(lamps, client):
    for name in each_file_damaged(lamps, put_a_folder_there):
        assert client.get("/en/search/?q=lamps").status_code in {200, 503}
        assert client.get("/readyz").status_code in {200, 503}
        if told := said_by("update"):
            assert str(lamps / name) in told
            shutil.rmtree(lamps / name)
            call_command("search_index", "update")
        assert not compare_index()
        assert found() == ["Street lamps"]


def test_unusable_index_is_told_at_every_door(lamps, client):
    shutil.rmtree(lamps)
    lamps.write_text("a file where the folder should be")
    start_afresh()
    page = client.get("/en/search/?q=lamps")
    assert (page.status_code, page["Retry-After"]) == (503, "30")
    assert client.get("/en/search/export.csv?q=lamps").status_code == 503
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["index"]) == (503, {"ok": False, "reason": "There is no usable index."})
    for command in ("check", "update", "rebuild"):
        with pytest.raises(CommandError, match="search"):
            call_command("search_index", command)
    with pytest.raises(CommandError, match=r"Run: manage\.py search_index rebuild"):
        call_command("search", "lamps")
    lamps.unlink()
    call_command("search_index", "update")
    assert found() == ["Street lamps"]


@pytest.mark.parametrize("stray", ["stray.txt", "index-stray", ".hidden"])
@pytest.mark.parametrize("is_folder", [True, False])
def test_foreign_files_in_the_folder_do_no_harm(lamps, stray, is_folder):
    for place in (lamps, *(path for path in lamps.iterdir() if path.is_dir())):
        (place / stray).mkdir() if is_folder else (place / stray).write_bytes(b"\x00garbage")
    start_afresh()
    assert found() == ["Street lamps"]
    PracticeSheetFactory(title="Lanterns")
    take_in_pending()
    rebuild_index()
    assert (found(), found("lanterns")) == (["Street lamps"], ["Lanterns"])
    assert not compare_index()


def test_index_of_another_version_is_told_and_replaced(lamps, client, monkeypatch):
    (version,) = {get_engine().health().version}
    for path in lamps.rglob("*"):
        if path.is_file() and path.suffix == ".json":
            path.write_text(path.read_text().replace(f'"{version}"', '"an older one"'))
    start_afresh()
    with pytest.raises(CommandError, match="of version 'an older one'"):
        call_command("search_index", "check")
    assert client.get("/readyz").status_code == 503
    assert client.get("/en/search/?q=lamps").status_code == 503
    for result in default_task_backend.results:
        result.task.call()
    assert (client.get("/readyz").status_code, found()) == (200, ["Street lamps"])


def test_search_that_fails_on_a_damaged_index_queues_a_new_one_once(client, lamps, monkeypatch):
    """Damage that only a search runs into: nothing is pending, and the state of the index looks good."""

    def fail(request):
        raise IndexUnavailable("damaged")

    with monkeypatch.context() as patch:
        patch.setattr(get_engine(), "search", fail)
        for _search in range(3):
            assert client.get("/en/search/?q=lamps").status_code == 503
    jobs = [result.task.name for result in default_task_backend.results]
    assert jobs == [actions.replace_index.name]
    assert actions.replace_index.call() == 3
