"""Changing what one wrote, taking it back, and saying in which language it is."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions.languages import detect_language
from discussions.mentions import keep_mentions, read_mentions
from discussions.models import Post, PostTranslation, PostVersion, Thread
from discussions.telling import tell_of_post


@transaction.atomic
def change_post(
    *, post: Post, text: str, language: str = "", title: str = "", versions_seen: int | None = None
) -> bool:
    """Put ``text`` in the place of what ``post`` says, and keep what it said. Returns whether that was something else.

    With the first post of a thread goes its ``title``. Without a ``language`` it is detected anew. ``versions_seen``
    is how many former versions there were when the author began: raises ValidationError if another change came between.
    """
    current = Post.objects.select_for_update(of=("self",)).select_related("thread__group", "author").get(pk=post.pk)
    if versions_seen is not None and current.versions.count() != versions_seen:
        raise ValidationError(
            _(
                "This post was changed in another window meanwhile. What you see above is how it stands now; send your "
                "text again to put it in its place."
            ),
            code="changed",
        )
    if title:
        rename_thread(thread=current.thread, title=title)
    is_given = bool(language)
    if not language:
        language = detect_language(text, current.author.languages if current.author else ())
    if text == current.source:
        if language != current.language:
            say_language(post=current, language=language, is_given=is_given)
        return False
    now = timezone.now()
    PostVersion.objects.create(
        post=current,
        source=current.source,
        language=current.language,
        written_at=current.edited_at or current.created_at,
        replaced_at=now,
    )
    mentions = read_mentions(text, thread=current.thread, writer=current.author or AnonymousUser())
    current.set_source(text, mentions.links)
    current.language, current.is_language_given, current.edited_at = language, is_given, now
    current.save(update_fields=["source", "html", "language", "is_language_given", "edited_at"])
    if keep_mentions(current, mentions):
        # Whoever is named only now hears of it now; those who heard of the post already do not again.
        tell_of_post.enqueue(post_pk=current.pk)
    return True


@transaction.atomic
def rename_thread(*, thread: Thread, title: str) -> None:
    if title == thread.title:
        return
    # The machine is asked anew for the title of a post that it has done: with that post, by whoever wants to.
    PostTranslation.objects.filter(post__thread=thread, title_of=thread.title, corrected_at=None).delete()
    thread.title = title
    thread.save(update_fields=["title"])


@transaction.atomic
def withdraw_post(*, post: Post) -> None:
    """Its author takes it back: that it was there is still shown, what it said is not. Cannot be undone."""
    post.withdrawn_at = timezone.now()
    post.save(update_fields=["withdrawn_at"])
    Thread.objects.filter(pk=post.thread_id, answer=post).update(answer=None)


@transaction.atomic
def say_language(*, post: Post, language: str, is_given: bool = True) -> None:
    """Correct the language of a post. A thread is in the language of its first post."""
    has_changed = post.language != language
    post.language, post.is_language_given = language, is_given
    post.save(update_fields=["language", "is_language_given"])
    if not has_changed:
        return
    # What a machine made of it took it for something else; what people wrote stays.
    post.translations.filter(corrected_at=None).delete()
    if post.begins_thread:
        Thread.objects.filter(pk=post.thread_id).update(language=language)
