"""What is too large is refused before it is read."""

import pytest

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("length", "status"),
    [(str(200 * MEGABYTE), 413), (str(32 * MEGABYTE + 1), 413), (str(32 * MEGABYTE), 422), ("", 422), ("many", 422)],
)
def test_request_is_refused_by_the_length_that_it_announces(client, length, status):
    class Unread:
        """Fails when the body of what is refused is read."""

        def read(self, size=-1):
            assert status == 422
            return b""

        readline = read

    response = client.generic("POST", "/fr/login/", CONTENT_LENGTH=length, **{"wsgi.input": Unread()})
    assert response.status_code == status


def test_refusal_says_the_limit_in_the_readers_language(client, settings):
    settings.MAX_REQUEST_MEGABYTES = 5
    response = client.generic("POST", "/fr/login/", CONTENT_LENGTH=str(6 * MEGABYTE))
    assert b'<html lang="fr">' in response.content
    assert "5\u00a0Mo" in response.content.decode()
