"""Who hears of a post, as what, and who does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import read_until
from discussions.models import Mention, Post
from discussions.telling import NEWS, tell_of_post
from groups.actions import set_membership
from groups.enums import Role
from groups.models import Membership
from notifications.actions import choose_mail
from notifications.models import Notice
from notifications.topics import follow, mute, unfollow
from tests.factories import CityFactory, PracticeSheetFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(group, people):
    """Opened by the member, and told."""
    thread = open_thread(group=group, author=people["member"], title="Lamps", text="Which lamps?", language="en")
    tell_of_post.func(thread.posts.get().pk)
    return thread


def told(post):
    """Who hears of a post, and as what."""
    tell_of_post.func(post.pk)
    notices = Notice.objects.filter(subject=post.key)
    return {notice.user.email.partition("@")[0]: notice.kind for notice in notices.select_related("user")}


def reply(thread, author, text="Ours."):
    return add_post(thread=thread, author=author, text=text, language="en")


def test_members_hear_of_a_thread_in_their_group_and_its_author_does_not(thread, people):
    assert told(thread.posts.get()) == {"coordinator": "post"}


def test_who_wrote_hears_of_replies(thread, people):
    assert told(reply(thread, people["coordinator"])) == {"member": "reply"}


def test_nobody_hears_twice_however_often_it_is_told(thread, people):
    post = reply(thread, people["coordinator"])
    assert [tell_of_post.func(post.pk) for _time in range(3)] == [1, 1, 1]
    assert Notice.objects.filter(subject=post.key).count() == 1


def test_who_mutes_a_thread_hears_nothing_of_it_although_the_group_is_followed(thread, people):
    mute(user_pk=people["member"].pk, topic=thread.topic)
    assert told(reply(thread, people["coordinator"])) == {}


def test_who_is_named_hears_of_it_in_a_muted_thread_too(thread, people):
    mute(user_pk=people["member"].pk, topic=thread.topic)
    post = reply(thread, people["coordinator"])
    Mention.objects.create(post=post, user=people["member"])
    assert told(post) == {"member": "mention"}


def test_who_no_longer_follows_a_thread_hears_of_it_as_the_group_does(thread, people):
    unfollow(user_pk=people["member"].pk, topic=thread.topic)
    assert told(reply(thread, people["coordinator"])) == {"member": "post"}


def test_who_follows_neither_hears_nothing(thread, people, group):
    for topic in (thread.topic, group.topic):
        unfollow(user_pk=people["member"].pk, topic=topic)
    assert told(reply(thread, people["coordinator"])) == {}


def test_who_follows_a_thread_hears_of_it_in_a_group_that_is_muted(thread, people, group):
    mute(user_pk=people["coordinator"].pk, topic=group.topic)
    assert told(reply(thread, people["member"])) == {}
    follow(user_pk=people["coordinator"].pk, topic=thread.topic)
    assert told(reply(thread, people["member"])) == {"coordinator": "post"}


@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_nobody_hears_of_what_they_may_not_see(thread, people, who):
    for topic in (thread.topic, thread.group.topic):
        follow(user_pk=people[who].pk, topic=topic)
    post = reply(thread, people["coordinator"])
    Mention.objects.create(post=post, user=people[who])
    assert told(post) == {"member": "reply"}


def test_former_members_and_closed_accounts_hear_nothing(thread, people):
    Membership.objects.filter(user=people["member"]).delete()
    assert told(reply(thread, people["coordinator"])) == {}
    set_membership(group=thread.group, user=people["member"], role=Role.MEMBER)
    people["member"].is_active = False
    people["member"].save()
    assert told(reply(thread, people["coordinator"])) == {}


def test_city_that_is_named_is_its_people_as_far_as_they_may_see_it(thread, people):
    people["member"].city = people["stranger"].city = city = CityFactory()
    people["member"].save()
    people["stranger"].save()
    post = reply(thread, people["coordinator"])
    Mention.objects.create(post=post, city=city)
    assert told(post) == {"member": "mention"}


def test_group_that_is_named_is_its_members(thread, people, group):
    late = UserFactory(email="late@example.com")
    set_membership(group=group, user=late, role=Role.MEMBER)
    unfollow(user_pk=late.pk, topic=group.topic)
    post = reply(thread, people["coordinator"])
    Mention.objects.create(post=post, group=group)
    assert told(post) == {"member": "mention", "late": "mention"}


def test_question_to_a_city_reaches_its_people_and_further_posts_only_who_takes_part(people):
    city = CityFactory()
    asked = UserFactory(email="asked@example.com", city=city)
    thread = open_thread(
        group=None, author=people["stranger"], title="How?", text="How do you?", language="it", addressed_to=city
    )
    assert told(thread.posts.get()) == {"asked": "question"}
    assert told(reply(thread, people["stranger"])) == {}
    assert told(reply(thread, asked)) == {"stranger": "reply"}


def test_followers_of_a_sheet_and_of_a_city_hear_of_threads_about_them(people, group):
    sheet = PracticeSheetFactory()
    fan, friend = UserFactory(email="fan@example.com"), UserFactory(email="friend@example.com")
    follow(user_pk=fan.pk, topic=sheet.topic)
    follow(user_pk=friend.pk, topic=sheet.city.topic)
    thread = open_thread(
        group=None,
        author=people["member"],
        title="How?",
        text="?",
        language="en",
        about=sheet,
        addressed_to=sheet.city,
    )
    assert told(thread.posts.get()) == {"fan": "post", "friend": "post"}


def test_who_had_read_it_before_it_was_told_finds_it_read_and_gets_no_letter(thread, people):
    post = reply(thread, people["coordinator"])
    read_until(user=people["member"], thread=thread, moment=timezone.now())
    assert told(post) == {"member": "reply"}
    notice = Notice.objects.get(subject=post.key)
    assert (notice.read_at is None, notice.is_for_mail) == (False, False)


def test_post_that_was_hidden_or_is_gone_is_told_to_nobody(thread, people):
    post = reply(thread, people["coordinator"])
    Post.objects.filter(pk=post.pk).update(hidden_at=timezone.now())
    assert told(post) == {}
    assert tell_of_post.func(0) == 0


def test_what_was_written_long_ago_elsewhere_is_no_news(thread, people):
    post = add_post(
        thread=thread,
        author=people["coordinator"],
        text="Old.",
        language="en",
        at=timezone.now() - NEWS - timedelta(minutes=1),
    )
    assert told(post) == {}


def test_refused_kind_stands_in_the_inbox_and_waits_for_no_letter(thread, people):
    choose_mail(user_pk=people["member"].pk, frequencies={"reply": "never"})
    told(reply(thread, people["coordinator"]))
    notice = Notice.objects.get(kind="reply")
    assert (notice.read_at, notice.is_for_mail) == (None, False)


@pytest.mark.parametrize("members", [1, 3])
def test_telling_takes_as_many_queries_for_few_as_for_many(thread, people, group, members, django_assert_num_queries):
    for _member in range(members):
        set_membership(group=group, user=UserFactory(), role=Role.MEMBER)
    post = reply(thread, people["coordinator"])
    with django_assert_num_queries(13):
        tell_of_post.func(post.pk)
