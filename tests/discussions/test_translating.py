"""What may go to a machine goes once; what may not never does; what people wrote stays."""

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from common.markdown import render_markdown
from discussions.actions.changing import rename_thread
from discussions.actions.rearranging import move_thread
from discussions.actions.translating import (
    mend_translation,
    remove_translation,
    state_of,
    translate_post,
    translate_posts,
)
from discussions.models import Post, PostTranslation, Thread
from discussions.notices import FollowedPostNotice
from discussions.translation import TranslationFailed
from discussions.translations import digest_of, shown_translations, translated_titles, with_titles
from groups.actions import set_membership
from groups.audit import act_in_words
from groups.enums import Role
from groups.models import AuditEntry, WorkingGroup
from tests.discussions.machine import Machine
from tests.factories import PostFactory, ThreadFactory, UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def machine(settings):
    settings.TRANSLATOR = {"ENGINE": "tests.discussions.machine.Machine", "OPTIONS": {}}
    Machine.reset()
    return Machine


@pytest.fixture
def allowed(group):
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)


@pytest.fixture
def post(group, people):
    return ThreadFactory(
        group=group, author=people["member"], title="Saluti", text="Ciao **amici**", language="it"
    ).posts.get()


def change(post, text):
    post.set_source(text)
    post.save()


# ---------------------------------------------------------------- what may go out


def test_post_of_a_group_goes_out_only_where_that_was_allowed(post, group, machine):
    with pytest.raises(PermissionDenied):
        translate_post(post=post, language="en")
    assert machine.sent == []
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=True)
    assert translate_post(post=post, language="en").html == "<p>Hello <strong>friends</strong></p>\n"
    assert [(source, target) for _text, source, target in machine.sent] == [("it", "en")]


def test_permission_of_the_group_holds_in_every_language_of_its_page(post, group, machine):
    french = translate(group, "fr", slug="groupe")
    post.thread.group = french
    post.thread.save()
    with pytest.raises(PermissionDenied):
        translate_post(post=post, language="en")
    group.allows_translation_service = True
    group.save()
    translate_post(post=post, language="en")
    assert len(machine.sent) == 1


@pytest.mark.usefixtures("allowed")
def test_permission_that_was_taken_back_stops_what_waits_in_the_queue(post, group, machine):
    WorkingGroup.objects.filter(pk=group.pk).update(allows_translation_service=False)
    assert translate_posts.call([post.pk], "en") == 0
    assert machine.sent == []


@pytest.mark.usefixtures("allowed")
def test_thread_that_moved_where_nothing_may_go_out_is_not_sent(post, people, machine):
    other = WorkingGroupFactory(title="Closed", slug="closed")
    set_membership(group=other, user=people["coordinator"], role=Role.COORDINATOR)
    move_thread(thread=post.thread, to=other, by=people["coordinator"])
    assert translate_posts.call([post.pk], "en") == 0
    assert machine.sent == []


@pytest.mark.parametrize("gone", ["hidden_at", "withdrawn_at"])
@pytest.mark.usefixtures("allowed")
def test_post_that_does_not_stand_is_not_sent(post, machine, gone):
    Post.objects.filter(pk=post.pk).update(**{gone: timezone.now()})
    with pytest.raises(PermissionDenied):
        translate_post(post=post, language="en")
    assert machine.sent == []


def test_thread_for_the_network_goes_out_if_there_is_a_service(people, machine, settings):
    post = ThreadFactory(group=None, author=people["member"], text="Ciao", language="it").posts.get()
    translate_post(post=post, language="en")
    assert len(machine.sent) == 1
    settings.TRANSLATOR = {}
    with pytest.raises(PermissionDenied):
        translate_post(post=post, language="fr")


# ---------------------------------------------------------------- once, and stored


@pytest.mark.usefixtures("allowed")
def test_translation_is_made_once_and_anew_after_a_change(post, machine):
    first = translate_post(post=post, language="en")
    assert (translate_post(post=post, language="en"), len(machine.sent)) == (first, 1)
    assert (first.engine, first.source, first.corrected_at) == ("Machine", "Hello **friends**", None)
    change(post, "Ciao a tutti")
    again = translate_post(post=post, language="en")
    assert (again.pk, again.of, len(machine.sent)) == (first.pk, digest_of(post), 2)


@pytest.mark.usefixtures("allowed")
def test_change_while_the_machine_is_at_it_leaves_an_outdated_translation(post, machine):
    machine.before_answer = lambda: change(Post.objects.get(pk=post.pk), "Ciao a tutti")
    translate_post(post=post, language="en")
    post.refresh_from_db()
    shown = shown_translations([post], language="en", read=[])[post.pk]
    assert (shown.is_outdated, shown.is_open) == (True, False)


@pytest.mark.usefixtures("allowed")
def test_service_that_fails_is_left_alone_for_a_while(post, machine):
    machine.fails = TranslationFailed("status 500")
    for _ in range(2):
        with pytest.raises(TranslationFailed):
            translate_post(post=post, language="en")
    assert (len(machine.sent), PostTranslation.objects.count()) == (1, 0)
    machine.fails = None
    cache.clear()
    translate_post(post=post, language="en")


@pytest.mark.usefixtures("allowed")
def test_service_that_takes_too_long_for_the_pieces_is_given_up(post, machine, monkeypatch):
    change(post, "[amici](https://example.org/) e [amici](https://example.com/)")
    monkeypatch.setattr(machine, "translate", lambda self, text, source, target: machine.sent.append(text) or "lost")
    clock = iter([0, 1, 30])
    monkeypatch.setattr("discussions.actions.translating.monotonic", lambda: next(clock))
    with pytest.raises(TranslationFailed, match="too long"):
        translate_post(post=post, language="en")
    assert len(machine.sent) == 1


@pytest.mark.usefixtures("allowed")
def test_several_posts_are_translated_until_the_service_fails(post, machine):
    others = [PostFactory(thread=post.thread, text=f"Ciao {number}", language="it") for number in range(2)]

    def fail_at_the_second():
        machine.fails = TranslationFailed("quota") if len(machine.sent) == 2 else None

    machine.before_answer = fail_at_the_second
    assert translate_posts.call([post.pk, *(other.pk for other in others)], "en") == 1
    assert len(machine.sent) == 2


@pytest.mark.usefixtures("allowed")
def test_links_survive_translation_and_mending(post):
    change(post, "Ciao: [amici](https://example.org/?a=1&b=2) e `Ciao`")
    translation = translate_post(post=post, language="en")
    assert translation.html == (
        '<p>Hello: <a href="https://example.org/?a=1&amp;b=2" rel="nofollow ugc noopener">friends</a> e '
        "<code>Ciao</code></p>\n"
    )
    assert str(render_markdown(translation.source)) == translation.html


@pytest.mark.usefixtures("allowed")
def test_mentions_survive_translation_and_mending(post, people):
    anna = '<a class="mention" href="/people/12/">@Anna Rossi</a>'
    post.html = f"<p>Ciao {anna}, <code>@Anna Rossi</code></p>"
    post.save()
    made = translate_post(post=post, language="en")
    assert (made.html, made.source) == (
        f"<p>Hello {anna}, <code>@Anna Rossi</code></p>",
        "Hello @Anna Rossi, `@Anna Rossi`",
    )
    text = "Hi @Anna Rossi, @Anna Rossini, [@Anna Rossi](https://example.org/) and `@Anna Rossi`"
    mended = mend_translation(post=post, language="en", text=text, by=people["member"], seen=state_of(made))
    assert mended.html == (
        f'<p>Hi {anna}, @Anna Rossini, <a href="https://example.org/" rel="nofollow ugc noopener">@Anna Rossi</a> and '
        "<code>@Anna Rossi</code></p>\n"
    )


# ---------------------------------------------------------------- titles


@pytest.fixture
def titled(group, people):
    """The first post of a thread whose title the machine knows."""
    return ThreadFactory(
        group=group, author=people["member"], title="Ciao & <amici>", text="Come va?", language="it"
    ).posts.get()


def titles_in(language):
    return [thread.translated_title for thread in with_titles(Thread.objects.order_by("pk"), language)]


@pytest.mark.usefixtures("allowed")
def test_title_is_translated_with_the_first_post_and_with_no_other(titled, machine):
    reply = PostFactory(thread=titled.thread, text="Ciao", language="it")
    translate_post(post=reply, language="en")
    assert titles_in("en") == [None]
    made = translate_post(post=titled, language="en")
    assert (made.title, made.html) == ("Hello & <friends>", "<p>Come va?</p>\n")
    assert (titles_in("en"), titles_in("fr")) == (["Hello & <friends>"], [None])
    assert [text for text, _source, _target in machine.sent] == [
        "<p>Ciao</p>\n",
        "<h3>Ciao &amp; &lt;amici&gt;</h3><p>Come va?</p>\n",
    ]


@pytest.mark.usefixtures("allowed")
def test_title_that_was_changed_is_translated_anew(titled, machine):
    translate_post(post=titled, language="en")
    rename_thread(thread=titled.thread, title=titled.thread.title)
    assert (titles_in("en"), len(machine.sent)) == (["Hello & <friends>"], 1)
    rename_thread(thread=titled.thread, title="Ciao")
    assert translated_titles([titled.thread], "en") == {}
    translate_post(post=titled, language="en")
    assert (titles_in("en"), len(machine.sent)) == (["Hello"], 2)


def test_title_of_people_goes_with_the_title_that_they_saw(titled, people):
    mend_translation(post=titled, language="en", text="How are you?", title=" Hi friends ", by=people["member"])
    assert titles_in("en") == ["Hi friends"]
    rename_thread(thread=titled.thread, title="Ciao")
    assert titles_in("en") == [None]
    assert PostTranslation.objects.get().source == "How are you?"


def test_title_is_not_translated_into_its_own_language(titled, people):
    mend_translation(post=titled, language="en", text="How are you?", title="Hi friends", by=people["member"])
    Thread.objects.update(language="en")
    assert titles_in("en") == [None]


@pytest.mark.parametrize(("read", "title"), [([], "Ciao & <amici> (Hi friends)"), (["it"], "Ciao & <amici>")])
def test_notices_say_the_title_to_those_who_do_not_read_its_language(titled, people, read, title):
    mend_translation(post=titled, language="en", text="How are you?", title="Hi friends", by=people["member"])
    reader = people["coordinator"]
    reader.languages = read
    [item] = FollowedPostNotice.read([titled.key], reader).values()
    assert (item.within, title in item.title, item.subject) == (title, True, f"[{titled.thread.group}] Ciao & <amici>")


@pytest.mark.parametrize("rows", [1, 3])
def test_titles_are_read_at_once_and_only_where_there_are_foreign_ones(titled, people, rows, django_assert_num_queries):
    threads = [titled.thread] * rows
    with django_assert_num_queries(1):
        assert translated_titles(threads, "en") == {}
    with django_assert_num_queries(0):
        assert translated_titles(threads, "it") == {}


# ---------------------------------------------------------------- people


def test_people_translate_without_any_machine(post, people, settings):
    settings.TRANSLATOR = {}
    written = mend_translation(post=post, language="en", text=" Hi *friends* ", by=people["member"])
    assert (written.source, written.html, written.engine) == ("Hi *friends*", "<p>Hi <em>friends</em></p>\n", "")


@pytest.mark.usefixtures("allowed")
def test_words_of_people_win_over_every_later_machine(post, people, machine):
    made = translate_post(post=post, language="en")
    mend_translation(post=post, language="en", text="Hi friends", by=people["member"], seen=state_of(made))
    change(post, "Ciao a tutti")
    kept = translate_post(post=post, language="en")
    assert (kept.source, kept.corrected_by, len(machine.sent)) == ("Hi friends", people["member"], 1)
    shown = shown_translations([post], language="en", read=[])[post.pk]
    assert (shown.is_outdated, shown.is_open) == (True, False)


@pytest.mark.usefixtures("allowed")
def test_words_written_while_the_machine_is_at_it_win(post, people, machine):
    machine.before_answer = lambda: mend_translation(post=post, language="en", text="Hi friends", by=people["member"])
    assert translate_post(post=post, language="en").source == "Hi friends"


def test_two_who_mend_at_once_hear_of_each_other(post, people):
    mend_translation(post=post, language="en", text="Hi", by=people["member"])
    with pytest.raises(ValidationError, match="while you were writing"):
        mend_translation(post=post, language="en", text="Hello", by=people["coordinator"])
    known = PostTranslation.objects.get()
    mend_translation(post=post, language="en", text="Hello", by=people["coordinator"], seen=state_of(known))
    assert PostTranslation.objects.get().source == "Hello"


def test_translation_is_removed_by_coordinators_and_recorded(post, people):
    mend_translation(post=post, language="en", text="Hi", by=people["member"])
    with pytest.raises(PermissionDenied):
        remove_translation(post=post, language="en", by=people["member"])
    for _ in range(2):
        remove_translation(post=post, language="en", by=people["coordinator"])
    assert PostTranslation.objects.count() == 0
    entry = AuditEntry.objects.get()
    assert act_in_words(entry) == f"removed a translation of a post of {post.author} in “Saluti”"


# ---------------------------------------------------------------- who sees which


@pytest.mark.parametrize(("read", "is_open"), [([], True), (["it", "de"], False), (["de"], True)])
def test_translation_is_open_for_those_who_do_not_read_the_language(post, people, read, is_open):
    mend_translation(post=post, language="en", text="Hi", by=people["member"])
    assert shown_translations([post], language="en", read=read)[post.pk].is_open is is_open
    assert shown_translations([post], language="it", read=read) == {}
    assert shown_translations([post], language="fr", read=read) == {}


@pytest.mark.parametrize("posts", [1, 3])
def test_translations_of_a_page_are_read_at_once(post, people, posts, django_assert_num_queries):
    found = [PostFactory(thread=post.thread, text="Ciao", language="it", author=UserFactory()) for _ in range(posts)]
    for each in found:
        mend_translation(post=each, language="en", text="Hi", by=people["member"])
    with django_assert_num_queries(1):
        assert len(shown_translations(found, language="en", read=[])) == posts
