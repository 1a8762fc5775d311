"""What is indexed, and how each thing becomes a document.

A system check keeps the list complete (`search/checks.py`).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from taggit.models import Tag
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from common.languages import CODES, country_name
from common.markdown import render_markdown
from discussions.gone_quotations import gone_in
from discussions.quoting import without_quotations
from events.models import Event, EventPage
from groups.models import WorkingGroup
from members.models import City, Organisation
from practices.filters import ASSESSED
from practices.models import Practice, PracticeSheet
from practices.queries import with_evidence_counts
from practices.schema import ROW_NAMES, open_fields
from search.engine import Attachment, Document
from search.models import AttachmentText
from taxonomy.models import Concept, labels_of
from taxonomy.queries import broader_by_concept, path_upwards, with_narrower

ModelType = type[Model]

BATCH = 200
MOST_IDS = 1_000
"""In one condition: databases take no number of them."""


class Vocabulary:
    """The hierarchy of the concepts, read once for many documents."""

    def __init__(self) -> None:
        self._broader = broader_by_concept()
        self._keys = dict(Concept.objects.order_by().values_list("pk", "key"))

    def keys(self, concepts: Iterable[Concept]) -> tuple[str, ...]:
        """The keys of these concepts and of all broader ones: who filters by the broader one finds the narrower."""
        paths = (path_upwards(concept.pk, self._broader) for concept in concepts)
        return tuple(sorted({self._keys[pk] for path in paths for pk in path}))


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing that can be found."""

    type: str
    label: Promise
    singular: Promise
    model_label: str
    prefetch: tuple[str | Prefetch, ...]
    document: Callable[[Any, Vocabulary], Document]
    facts: str = ""
    """The relation to what says the rest, if the thing does not say all itself."""
    only: Q | None = None
    """What of its kind belongs in the index."""

    @property
    def model(self) -> ModelType:
        return apps.get_model(self.model_label)

    def indexable(self) -> QuerySet:
        """What belongs in the index, whoever may see it: the document itself says who that is."""
        queryset: QuerySet = self.model._default_manager.all()
        if self.only is not None:
            queryset = queryset.filter(self.only)
        if issubclass(self.model, Page):
            queryset = queryset.filter(live=True).select_related("locale")
        return queryset.prefetch_related(*self.prefetch).order_by("pk")

    def documents(self, condition: Q | None = None) -> Iterator[Document]:
        """The documents of all indexable things, or of those that meet ``condition``."""
        queryset = self.indexable().filter(condition) if condition else self.indexable()
        vocabulary = Vocabulary()
        for thing in queryset.iterator(chunk_size=BATCH):
            yield self.document(thing, vocabulary)

    def document_id(self, pk: int) -> str:
        return f"{self.model_label.lower()}:{pk}"


# ---------------------------------------------------------------- from a thing to its document


def _page_document(page: Any, source_type: str, **fields: Any) -> Document:
    return Document(
        id=f"{page._meta.label_lower}:{page.pk}",
        key=f"{page._meta.label_lower}:{page.translation_key}",
        language=page.locale.language_code,
        type=source_type,
        title=page.title,
        summary=page.summary,
        **{"date": _day(page.first_published_at), **fields},
    )


def _day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _facets(**values: Any) -> dict[str, tuple[str, ...]]:
    """Facets by name, each with the values that there are; a single value stands for a tuple of one."""
    tuples = {name: value if isinstance(value, tuple) else (str(value),) for name, value in values.items() if value}
    return {name: value for name, value in tuples.items() if value}


def _place(city: City | None) -> dict[str, str]:
    return {"city": city.key, "country": city.country} if city else {}


def _plain(*rich_texts: str) -> str:
    return "\n".join(get_text_for_indexing(text) for text in rich_texts if text)


def _stream_text(page: Any, field: str = "body") -> str:
    stream = getattr(page, field)
    return "\n".join(stream.stream_block.get_searchable_content(stream))


def _place_names(city: City | None) -> tuple[str, ...]:
    """The names of a city and of its country, in every language."""
    if city is None:
        return ()
    return (*city.all_labels, *sorted({country_name(city.country, code) for code in CODES}))


def _spellings(also_known_as: str) -> tuple[str, ...]:
    return tuple(spelling for spelling in (part.strip() for part in also_known_as.split(",")) if spelling)


def _sheet_texts(page: Any) -> Iterator[str]:
    """What a sheet says, without what is not for everybody."""
    for field in open_fields():
        if field.is_rows and field.name != "contacts":
            for row in getattr(page, field.name).all():
                yield from filter(None, (getattr(row, name) for name in row.WORDS))
        elif field.is_words and field.name not in {"title", "summary"} and (text := getattr(page, field.name)):
            yield _plain(render_markdown(text)) if field.is_markdown else text
    for answer in page.practice.public_answers.all():
        yield from (answer.question, _plain(render_markdown(answer.answer)))


# Of all files of one sheet: a sheet with many long reports must not hold up the index.
LONGEST_ATTACHMENTS = 500_000


def _attachments(page: Any) -> Iterator[Attachment]:
    """The files that a sheet offers, as far as their text was read."""
    left = LONGEST_ATTACHMENTS
    for row in page.attachments.all():
        kept = getattr(row.document, "attachment_text", None) if row.document else None
        if kept and left:
            text = kept.text[:left]
            left -= len(text)
            yield Attachment(title=row.title, text=text)


def _evidence(page: Any) -> tuple[str, ...]:
    marks = {"claimed": page.evidence.all(), "confirmed": page.practice.confirmations.all()}
    return tuple(state for state, rows in marks.items() if rows)


def _sheet(page: Any, vocabulary: Vocabulary) -> Document:
    return _page_document(
        page,
        "practice",
        text="\n".join(_sheet_texts(page)),
        attachments=tuple(_attachments(page)),
        names=(
            *filter(None, [page.acronym, page.organisation.name if page.organisation else ""]),
            *_spellings(page.also_known_as),
            *_place_names(page.city),
            *(partner.name for partner in page.partners.all() if partner.name),
            *labels_of(
                concept
                for relation in (page.themes, page.technologies, page.target_groups, page.action_types)
                for concept in relation.all()
            ),
            *sorted(tag.name for tag in page.tags.all()),
        ),
        facets=_facets(
            **_place(page.city),
            theme=vocabulary.keys(page.themes.all()),
            technology=vocabulary.keys(page.technologies.all()),
            status=page.stage,
            evidence=_evidence(page),
            rights="assessed" if page.dpia in ASSESSED else "",
            year=page.started,
        ),
        audiences=(page.audience,),
    )


def _project(page: Any, vocabulary: Vocabulary) -> Document:
    return _page_document(
        page,
        "project",
        text=_stream_text(page),
        names=(*_spellings(page.also_known_as), *labels_of(page.themes.all())),
        facets=_facets(theme=vocabulary.keys(page.themes.all()), year=page.starts_on.year if page.starts_on else ""),
    )


def _recommendation(page: Any, _vocabulary: Vocabulary) -> Document:
    return _page_document(page, "recommendation", text=_plain(page.text, page.rationale))


def _event(page: Any, vocabulary: Vocabulary) -> Document:
    event = page.event
    return _page_document(
        page,
        "event",
        text="\n".join(
            filter(None, [_stream_text(page), _stream_text(page, "report"), *_programme(page), event.venue])
        ),
        names=(
            *([event.organiser.name] if event.organiser else []),
            *_place_names(event.city),
            *labels_of(event.themes.all()),
            str(event.first_day.year),
        ),
        facets=_facets(**_place(event.city), theme=vocabulary.keys(event.themes.all()), year=event.first_day.year),
        date=event.first_day.isoformat(),
        audiences=(page.audience,),
    )


def _programme(page: Any) -> Iterator[str]:
    """What the sessions say in the language of the page."""
    for session in page.event.sessions.all():
        yield from filter(None, (words.get(page.locale.language_code) for words in (session.title, session.abstract)))


def _group(page: Any, vocabulary: Vocabulary) -> Document:
    return _page_document(
        page,
        "group",
        text=_stream_text(page),
        names=(
            *labels_of(page.themes.all()),
            *(name for city in page.leading_cities.all() for name in city.all_labels),
        ),
        facets=_facets(theme=vocabulary.keys(page.themes.all())),
        audiences=(page.audience,),
    )


def _standard_page(page: Any, _vocabulary: Vocabulary) -> Document:
    return _page_document(page, "page", text=_stream_text(page))


def _thread(thread: Any, _vocabulary: Vocabulary) -> Document:
    document_id = f"{thread._meta.label_lower}:{thread.pk}"
    posts = [post for post in thread.posts.all() if post.is_standing]
    gone = gone_in(post.source for post in posts)
    return Document(
        id=document_id,
        key=document_id,
        language=thread.language,
        type="discussion",
        title=thread.title,
        text="\n".join(without_quotations(post.source, gone) for post in posts),
        date=_day(thread.created_at),
        audiences=(thread.audience,),
    )


_PLACE = ("city__labels", "themes__labels")

SOURCES: tuple[Source, ...] = (
    Source(
        "practice",
        _("Practices"),
        _("Practice"),
        "practices.PracticeSheet",
        (
            *_PLACE,
            "technologies__labels",
            "target_groups__labels",
            "action_types__labels",
            "tags",
            "organisation",
            "group",
            "practice__confirmations",
            "practice__public_answers",
            *ROW_NAMES,
            "attachments__document",
            Prefetch("attachments__document__attachment_text", AttachmentText.objects.to_be_found()),
        ),
        _sheet,
    ),
    Source("project", _("Projects"), _("Project"), "practices.Project", ("themes__labels",), _project),
    Source(
        "recommendation", _("Recommendations"), _("Recommendation"), "practices.Recommendation", (), _recommendation
    ),
    Source(
        "event",
        _("Events"),
        _("Event"),
        "events.EventPage",
        (
            "event__city__labels",
            "event__themes__labels",
            "event__organiser",
            "event__group",
            "event__sessions",
        ),
        _event,
        facts="event",
    ),
    Source(
        "group",
        _("Working groups"),
        _("Working group"),
        "groups.WorkingGroup",
        ("themes__labels", "leading_cities__labels"),
        _group,
    ),
    Source(
        "discussion",
        _("Discussions"),
        _("Discussion"),
        "discussions.Thread",
        ("group", "posts"),
        _thread,
        # A thread that was merged into another one says nothing any more.
        only=Q(merged_into=None),
    ),
    Source("page", _("Other pages"), _("Page"), "portal.StandardPage", (), _standard_page),
)

EXCLUDED: dict[str, str] = {
    "portal.HomePage": "leads to everything, says nothing of its own",
    "practices.PracticeIndexPage": "a list of sheets, each of which is found itself",
    "practices.ProjectIndexPage": "a list of projects, each of which is found itself",
    "practices.RecommendationIndexPage": "a list of recommendations, each of which is found itself",
    "events.EventIndexPage": "a list of events, each of which is found itself",
    "groups.WorkingGroupIndexPage": "a list of working groups, each of which is found itself",
}

BY_TYPE: dict[str, Source] = {source.type: source for source in SOURCES}
BY_MODEL_LABEL: dict[str, Source] = {source.model_label.lower(): source for source in SOURCES}


# ---------------------------------------------------------------- from documents to things, and back


def all_documents() -> Iterator[Document]:
    for source in SOURCES:
        yield from source.documents()


def documents_by_id(document_ids: Iterable[str]) -> Iterator[Document]:
    """The documents with these ids, as far as their objects are still there and indexable."""
    for source, pks in _by_source(document_ids).items():
        yield from BY_MODEL_LABEL[source].documents(Q(pk__in=pks))


def _by_source(document_ids: Iterable[str]) -> dict[str, list[int]]:
    by_source = defaultdict(list)
    for document_id in document_ids:
        label, _colon, pk = document_id.partition(":")
        if label in BY_MODEL_LABEL and pk.isdecimal():
            by_source[label].append(int(pk))
    return by_source


def objects_by_id(document_ids: Iterable[str], user: Any) -> dict[str, Any]:
    """The objects behind these documents that ``user`` may see: the last word of the database on what is shown."""
    found = {}
    for label, pks in _by_source(document_ids).items():
        model = BY_MODEL_LABEL[label].model
        visible = model._default_manager.visible_to(user).filter(pk__in=pks)  # type: ignore[attr-defined]
        if issubclass(model, Page):
            visible = visible.select_related("locale")
        if model is PracticeSheet:
            visible = with_evidence_counts(visible)
        if model is EventPage:
            visible = visible.select_related("event__city").prefetch_related("event__city__labels")
        if any(field.name == "city" for field in model._meta.fields):
            visible = visible.select_related("city").prefetch_related("city__labels")
        found.update({f"{label}:{instance.pk}": instance for instance in visible})
    return found


def visible_ids(document_ids: Iterable[str], user: Any) -> set[str]:
    """Those of the documents that ``user`` may see in the database now; nothing but ids is read."""
    seen: set[str] = set()
    for label, pks in _by_source(document_ids).items():
        visible = BY_MODEL_LABEL[label].model._default_manager.visible_to(user).order_by()  # type: ignore[attr-defined]
        for start in range(0, len(pks), MOST_IDS):
            found = visible.filter(pk__in=pks[start : start + MOST_IDS]).values_list("pk", flat=True)
            seen.update(f"{label}:{pk}" for pk in found)
    return seen


def document_ids_of(instance: Model) -> set[str]:
    """The documents that change with ``instance``: its own, and those that name it."""
    # Wagtail also saves pages as plain ones: what they are in particular says their content type.
    model = instance.specific_class if isinstance(instance, Page) else type(instance)
    source = BY_MODEL_LABEL.get(model._meta.label_lower) if model else None
    own = {source.document_id(instance.pk)} if source else set()
    return own | _documents_naming(instance)


def _documents_naming(instance: Model) -> set[str]:
    ids: set[str] = set()
    if not isinstance(instance, NAMED):
        return ids
    changed = {instance.pk}
    if isinstance(instance, Concept):
        # Documents carry the keys of broader concepts, too.
        changed.update(with_narrower(instance.key))
    for source in SOURCES:
        for path in _paths(source, type(instance)):
            naming = source.model._default_manager.filter(**{f"{path}__in": changed}).order_by()
            ids.update(source.document_id(pk) for pk in naming.values_list("pk", flat=True))
    return ids


def _paths(source: Source, to: type[Model]) -> list[str]:
    """The ways from a thing to what it names, directly or through what says the rest of it."""
    paths = _relations(source.model, to)
    if source.facts:
        facts: Any = source.model._meta.get_field(source.facts).related_model
        paths += [f"{source.facts}__{name}" for name in _relations(facts, to)]
    return paths


def _relations(model: type[Model], to: type[Model]) -> list[str]:
    fields = (*model._meta.fields, *model._meta.many_to_many)
    return [field.name for field in fields if field.related_model is to]


# What documents carry the names, the facets or, of a group, the audience of: when it changes, so do they.
NAMED: tuple[type[Model], ...] = (City, Concept, Event, Organisation, Practice, Tag, WorkingGroup)
