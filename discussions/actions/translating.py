"""Translating posts: by a machine where that is allowed, and by people, whose words win.

The title of a thread is translated with its first post.
"""

from html import escape, unescape
from time import monotonic

from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django_tasks import task
from markdownify import markdownify

from discussions import acts  # noqa: F401 -- declares what is recorded here
from discussions.actions.moderating import check_moderates, name_of_author
from discussions.gone_quotations import leave_out_quotations
from discussions.models import Post, PostTranslation
from discussions.quoting import quoted_posts
from discussions.translation import TranslationFailed, get_translator, may_be_sent
from discussions.translation.protecting import translate_html, with_mentions, without_mentions
from discussions.translations import digest_of
from groups.audit import record
from groups.models import WorkingGroup
from groups.permissions import is_administrator
from members.models import User

# A service that fails is left alone for so long: nobody waits for it meanwhile.
REST_SECONDS = 60
MOST_SECONDS = 20
_RESTS = "translation-service-rests"
_ENGINE_LENGTH = PostTranslation._meta.get_field("engine").max_length or 0
TITLE_LENGTH = PostTranslation._meta.get_field("title").max_length or 0


def translate_post(*, post: Post, language: str) -> PostTranslation:
    """Have ``post`` translated into ``language``, unless that was done already; returns what is stored then.

    What is allowed is asked anew right before anything is sent, and the service is asked outside of any transaction.
    Raises PermissionDenied where the text may not be sent, TranslationFailed where the service does not help.
    """
    post = Post.objects.select_related("thread__group", "author").get(pk=post.pk)
    title = title_with(post)
    known = PostTranslation.objects.filter(post=post, language=language).first()
    if known and (known.corrected_at or (known.of, known.title_of) == (digest_of(post), title)):
        return known
    translator = get_translator()
    if translator is None or not post.is_standing or post.language == language or not may_be_sent(post.thread):
        raise PermissionDenied(_("This post may not be sent to a translation service."))
    if cache.get(_RESTS):
        raise TranslationFailed("it failed a moment ago")
    leave_out_quotations([post], instead="")
    until = monotonic() + MOST_SECONDS

    def ask(text: str) -> str:
        # A text that is sent in pieces must not keep a reader, and a web process, for ever.
        if monotonic() > until:
            raise TranslationFailed("it takes too long")
        return translator.translate(text, post.language, language)

    def quotes_the_same(html: str) -> bool:
        # What is hidden later has to be found in the translation, too.
        return quoted_posts(_as_markdown(html)) == quoted_posts(_as_markdown(post.html))

    sent = f"<h3>{escape(title)}</h3>{post.html}" if title else post.html
    try:
        html = translate_html(sent, ask, is_whole=quotes_the_same)
    except TranslationFailed:
        cache.set(_RESTS, True, REST_SECONDS)
        raise
    translated_title = ""
    if title:
        heading, html = html.split("</h3>", 1)
        translated_title = " ".join(unescape(strip_tags(heading)).split())
    titles = {"title": translated_title[:TITLE_LENGTH], "title_of": title}
    return _store(post, language, html, titles, translator.name[:_ENGINE_LENGTH])


def title_with(post: Post) -> str:
    """The title that is translated with ``post``: that of its thread if it is the first one there, else none."""
    return post.thread.title if post.begins_thread else ""


@transaction.atomic
def _store(post: Post, language: str, html: str, titles: dict[str, str], engine: str) -> PostTranslation:
    Post.objects.select_for_update().get(pk=post.pk)
    made = {
        "source": _as_markdown(html),
        "html": html,
        # Of the text that was sent: if the post was changed meanwhile, the translation is outdated.
        "of": digest_of(post),
        **titles,
        "engine": engine,
        "made_at": timezone.now(),
    }
    # Somebody may have written a translation while the machine was at it.
    PostTranslation.objects.filter(post=post, language=language, corrected_at=None).update(**made)
    translation, _is_new = PostTranslation.objects.get_or_create(post=post, language=language, defaults=made)
    return translation


def _as_markdown(html: str) -> str:
    return markdownify(without_mentions(html), heading_style="ATX", bullets="-").strip()


@task()
def translate_posts(post_pks: list[int], language: str) -> int:
    """Translate several posts, one after the other, until the service fails; returns how many are translated."""
    done = 0
    for post in Post.objects.filter(pk__in=post_pks).order_by("created_at", "pk"):
        try:
            translate_post(post=post, language=language)
        except PermissionDenied:
            # It was changed, hidden or moved since somebody asked.
            continue
        except TranslationFailed:
            break
        done += 1
    return done


@transaction.atomic
def mend_translation(
    *, post: Post, language: str, text: str, by: User, title: str = "", seen: str = ""
) -> PostTranslation:
    """Keep what ``by`` says that ``post`` means in ``language``, Markdown; no machine writes over it.

    With the first post of a thread goes its ``title``, where ``by`` gives one.

    ``seen`` is what the person began with, as ``state_of`` says it. Raises ValidationError where somebody else mended
    it meanwhile. The caller has seen to it that ``by`` may see the post.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("thread").get(pk=post.pk)
    known = PostTranslation.objects.filter(post=post, language=language).select_related("corrected_by").first()
    if state_of(known) != seen:
        raise ValidationError(
            _("Somebody changed this translation while you were writing. Compare it with yours, and save once more."),
            code="changed",
        )
    translation = known or PostTranslation(post=post, language=language)
    translation.source = text.strip()
    translation.html = with_mentions(_as_post(text), like=post.html)
    translation.of = digest_of(post)
    translation.title = title.strip()
    translation.title_of = title_with(post) if translation.title else ""
    translation.corrected_by, translation.corrected_at = by, timezone.now()
    translation.save()
    return translation


def _as_post(text: str) -> str:
    """What a text looks like in a discussion."""
    post = Post()
    post.set_source(text)
    return post.html


def state_of(translation: PostTranslation | None) -> str:
    """What tells two states of a translation apart."""
    at = translation and (translation.corrected_at or translation.made_at)
    return at.isoformat() if at else ""


@transaction.atomic
def allow_service(*, group: WorkingGroup, by: User, is_allowed: bool) -> None:
    """Say whether what members of ``group`` write may be sent to the service. Raises PermissionDenied for everybody but
    administrators."""
    if not is_administrator(by):
        raise PermissionDenied(_("Only administrators decide what may be sent to the translation service."))
    changed = WorkingGroup.objects.versions_of(group).filter(allows_translation_service=not is_allowed)
    if changed.update(allows_translation_service=is_allowed):
        record("translation-allowed" if is_allowed else "translation-forbidden", group=group, actor=by)


@transaction.atomic
def remove_translation(*, post: Post, language: str, by: User) -> None:
    """Raises PermissionDenied for whoever does not look after the thread of ``post``."""
    check_moderates(by, post.thread)
    deleted, _by_model = PostTranslation.objects.filter(post=post, language=language).delete()
    if deleted:
        record(
            "translation-removed",
            group=post.thread.group,
            actor=by,
            subject=post.key,
            name=post.thread.title,
            author=name_of_author(post),
        )
