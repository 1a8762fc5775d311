import socket

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from portal.catalogues import compile_catalogues
from portal.management.commands.start import Command, refuse_used_port
from tests.factories import UserFactory


@pytest.fixture
def used_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_port_in_use_is_refused_with_what_to_do(used_port):
    with pytest.raises(CommandError) as refused:
        call_command("start", port=used_port)
    assert str(refused.value) == (
        f"Port {used_port} is in use by another program. Choose another one: make run PORT={used_port + 1}"
    )


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_port_that_is_none_is_refused(port):
    with pytest.raises(CommandError, match="PORT must be from 1 to 65535"):
        refuse_used_port(port)


@pytest.mark.django_db
@pytest.mark.parametrize(("empty", "email"), [(False, "ada@example.com"), (True, "admin@example.org")])
def test_demonstration_and_a_networks_own_portal_are_kept_apart(empty, email):
    UserFactory(email=email, is_superuser=True)
    with pytest.raises(CommandError, match="make run DEMO=0"):
        Command()._refuse_other_kind(empty=empty)
    Command()._refuse_other_kind(empty=not empty)


@pytest.mark.django_db
def test_demonstration_is_not_loaded_into_a_networks_own_portal():
    UserFactory(email="ada@example.com", is_superuser=True)
    before = Page.objects.count()
    with pytest.raises(CommandError, match="an administrator of its own"):
        call_command("load_demo")
    assert Page.objects.count() == before


def test_catalogues_are_compiled_once(settings, tmp_path):
    folder = tmp_path / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "Search"\nmsgstr "Rechercher"\n'
    )
    settings.LOCALE_PATHS = [tmp_path]
    assert [compile_catalogues(), compile_catalogues()] == [1, 0]
    assert (folder / "django.mo").exists()
