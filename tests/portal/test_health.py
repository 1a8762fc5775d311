import pytest

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
def test_ready_with_an_index(client):
    rebuild_index()
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["index"]["modes"] == ["lexical"]
