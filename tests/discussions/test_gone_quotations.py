"""What was hidden or taken back is not read where it is quoted, whoever reads, and wherever."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discussions.actions.posting import add_post
from discussions.actions.translating import mend_translation, translate_post
from discussions.gone_quotations import gone_in
from discussions.guest_letters import GuestLetter, guest_addressee
from discussions.guests import guest_address
from discussions.models import Post, ThreadGuest
from discussions.notices import FollowedPostNotice
from discussions.quoting import quotation, without_quotations
from discussions.translations import shown_translations
from groups.models import WorkingGroup
from search.sources import SOURCES
from tests.discussions.machine import Machine
from tests.factories import ThreadFactory

pytestmark = pytest.mark.django_db

SECRET = "Nobody should have read this name."


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"], title="Lamps")


@pytest.fixture
def post(thread, people):
    return add_post(thread=thread, author=people["member"], text=SECRET, language="en")


@pytest.fixture(params=["hidden_at", "withdrawn_at"])
def quoting(request, thread, post, people):
    """A post that quotes another one, which does not stand any more."""
    text = f"{quotation(post)}I disagree, @Nobody.\n\n> Another quotation"
    made = add_post(thread=thread, author=people["member"], text=text, language="en")
    Post.objects.filter(pk=post.pk).update(**{request.param: post.created_at})
    return made


@pytest.fixture
def machine(group, settings):
    settings.TRANSLATOR = {"ENGINE": "tests.discussions.machine.Machine", "OPTIONS": {}}
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    Machine.reset()
    return Machine


def what_is_read(text):
    notice = "The post that was quoted here does not stand any more."
    return [words in text for words in (SECRET, notice, "I disagree", "Another quotation")]


INSTEAD, NOTHING_INSTEAD = [False, True, True, True], [False, False, True, True]


def test_what_is_gone_is_not_read_in_a_discussion(client_as, thread, quoting):
    assert what_is_read(client_as("member").get(thread.get_absolute_url()).content.decode()) == INSTEAD


def test_what_is_gone_is_not_found(quoting):
    [document] = next(source for source in SOURCES if source.type == "discussion").documents()
    assert what_is_read(document.text) == NOTHING_INSTEAD


def test_what_is_gone_is_not_read_in_notices_and_letters(quoting, people):
    [item] = FollowedPostNotice.read([quoting.key], people["coordinator"]).values()
    assert what_is_read(item.text) == INSTEAD


def test_what_is_gone_is_not_read_by_guests(client, quoting, thread):
    guest = ThreadGuest.objects.create(thread=thread, email="ada@example.org", name="Ada")
    Post.objects.filter(pk=quoting.pk).update(
        reply_to=add_post(thread=thread, author=None, guest=guest, text="Ask", language="en")
    )
    assert what_is_read(client.get(guest_address(guest)).content.decode()) == INSTEAD
    quoting.refresh_from_db()
    letter = GuestLetter(post=quoting, guest=guest).context_for(guest_addressee(guest))
    assert what_is_read(letter["quotation"]) == INSTEAD


def test_what_is_gone_is_not_read_in_translations(client_as, quoting, people):
    words = mend_translation(post=quoting, language="fr", text=quoting.source, by=people["member"])
    client = client_as("coordinator")
    shown = shown_translations([quoting], language="fr", read=[])[quoting.pk]
    assert (SECRET in words.html, SECRET in shown.html, "I disagree" in shown.html) == (True, False, True)
    page = client.get(f"/fr/discussions/posts/{quoting.pk}/translations/fr/").content.decode()
    assert (SECRET in page, page.count("I disagree")) == (False, 2)


def test_what_is_gone_is_sent_to_no_machine(quoting, machine):
    translate_post(post=quoting, language="fr")
    [(text, _source, _target)] = machine.sent
    assert what_is_read(text) == NOTHING_INSTEAD


@pytest.mark.parametrize("quotes", [False, True])
def test_what_is_gone_costs_a_query_only_where_something_is_quoted(post, quotes, django_assert_num_queries):
    with django_assert_num_queries(int(quotes)):
        assert gone_in([quotation(post) if quotes else post.source] * 3) == set()


def test_quotation_of_what_stands_stays_as_it_is(client_as, thread, post, people):
    add_post(thread=thread, author=people["member"], text=quotation(post) + "Yes.", language="en")
    assert client_as("member").get(thread.get_absolute_url()).content.decode().count(SECRET) == 2


@given(st.text(alphabet="> ab[]()\n:1", max_size=40), st.text(alphabet="> ab\n", max_size=30))
def test_quotations_of_others_are_left_alone_whatever_is_around(before, after):
    quoted = "> [A \\] b](https://x.org/discussions/posts/7/):\n> their words"
    source = f"{before}\n\n{quoted}\n\n{after}"
    assert without_quotations(source, {8}).split() == source.split()
    assert "their words" not in without_quotations(source, {7})
    assert without_quotations(source, {7}).split() == f"{before}\n\n{after}".split()


@pytest.mark.parametrize("colon", [":", "\u00a0:", ""])
@pytest.mark.parametrize("said", ["", " wrote"], ids=["as it was", "with a word moved behind the name"])
def test_what_is_gone_is_not_read_in_what_a_machine_made_of_it_before(
    thread, post, people, machine, monkeypatch, colon, said
):
    monkeypatch.setattr(machine, "translate", lambda self, text, *languages: text.replace("</a>", f"</a>{said}"))
    text = quotation(post).replace("):", f"){colon}", 1) + "I disagree"
    quoting = add_post(thread=thread, author=people["member"], text=text, language="en")
    assert SECRET in translate_post(post=quoting, language="fr").html
    Post.objects.filter(pk=post.pk).update(hidden_at=post.created_at)
    shown = shown_translations([quoting], language="fr", read=[])[quoting.pk]
    assert (SECRET in shown.html, "I disagree" in shown.html) == (False, True)
