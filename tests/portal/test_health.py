from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from search.actions import rebuild_index

pytestmark = pytest.mark.django_db


def test_alive(client):
    assert client.get("/healthz").content == b"alive\n"


@pytest.mark.usefixtures("search_folder")
def test_not_ready_without_an_index(client):
    response = client.get("/readyz")
    assert response.status_code == 503
    assert {name: part["ok"] for name, part in response.json().items()} == {
        "database": True,
        "index": False,
        "queue": True,
    }


@pytest.mark.usefixtures("search_folder")
def test_not_ready_when_no_worker_takes_the_jobs_up(client):
    rebuild_index()
    job = DBTaskResult.objects.create(
        task_path="search.actions.update_index",
        args_kwargs={"args": [], "kwargs": {}},
        backend_name="default",
        queue_name="default",
        priority=0,
        run_after=get_date_max(),
    )
    assert client.get("/readyz").json()["queue"] == {"ok": True, "waiting": 1}
    DBTaskResult.objects.filter(pk=job.pk).update(enqueued_at=timezone.now() - timedelta(minutes=6))
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["queue"] == {"ok": False, "waiting": 1, "reason": "No worker takes the jobs up."}


@pytest.mark.usefixtures("search_folder")
def test_not_ready_without_a_database(client, monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("no such server")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert {name: part["ok"] for name, part in response.json().items()} == {
        "database": False,
        "index": False,
        "queue": False,
    }


@pytest.mark.usefixtures("search_folder")
def test_ready_with_an_index(client):
    rebuild_index()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["index"]["modes"] == ["lexical"]
