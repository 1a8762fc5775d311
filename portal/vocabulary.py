"""The vocabulary for everybody: the tree, a page for each concept, and both as files."""

from dataclasses import dataclass, field

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from common.addresses import address_for
from common.languages import CODES, current_language, own_name
from events.models import Event
from events.queries import event_lists
from practices.choices import choices_for
from practices.models import PracticeIndexPage
from taxonomy.hierarchy import in_tree_order
from taxonomy.models import Concept, ConceptScheme, LabelKind
from taxonomy.queries import broader_by_concept, path_upwards, preferred_labels, with_narrower
from taxonomy.skos import FORMATS, concept_uri, vocabulary_as

FILTERS = {
    ConceptScheme.THEME: "theme",
    ConceptScheme.TECHNOLOGY: "technology",
    ConceptScheme.TARGET_GROUP: "target_group",
    ConceptScheme.ACTION_TYPE: "action",
}
"""By scheme, the filter of the list of practices."""


@dataclass(slots=True)
class Branch:
    """A concept and what is below it."""

    concept: Concept
    practices_address: str
    """The list of practices narrowed to it; empty where it would find nothing for this reader."""
    narrower: "list[Branch]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scheme:
    key: str
    label: str
    branches: list[Branch]
    count: int


@dataclass(frozen=True, slots=True)
class LabelsInLanguage:
    code: str
    name: str
    preferred: str
    alternatives: list[str]


class _PracticeAddresses:
    """Where the list of practices shows those with a concept, as far as this reader would find any."""

    def __init__(self, request: HttpRequest) -> None:
        index = PracticeIndexPage.objects.best_for(request).select_related("locale").first()
        self._list_address = address_for(index, request) if index else ""
        self._used = choices_for(request).labels

    def of(self, concept: Concept) -> str:
        name = FILTERS[ConceptScheme(concept.scheme)]
        if not self._list_address or concept.key not in self._used.get(name, {}):
            return ""
        return f"{self._list_address}?{urlencode({name: concept.key})}"


@require_safe
def vocabulary(request: HttpRequest) -> HttpResponse:
    """All concepts, scheme by scheme, the narrower ones under their broader one."""
    addresses = _PracticeAddresses(request)
    tops: dict[str, list[Branch]] = {scheme: [] for scheme in ConceptScheme.values}
    counts = dict.fromkeys(ConceptScheme.values, 0)
    path: list[Branch] = []
    for found, depth in in_tree_order(Concept.objects.prefetch_related(preferred_labels())):
        branch = Branch(found, addresses.of(found))
        counts[found.scheme] += 1
        del path[depth:]
        (path[-1].narrower if path else tops[found.scheme]).append(branch)
        path.append(branch)
    schemes = [
        Scheme(scheme.value, str(scheme.label), tops[scheme], counts[scheme])
        for scheme in ConceptScheme
        if tops[scheme]
    ]
    return render(
        request, "portal/vocabulary.html", {"schemes": schemes, "count": sum(counts.values()), "formats": FORMATS}
    )


@require_safe
def concept(request: HttpRequest, key: str) -> HttpResponse:
    """One concept: what it is called in every language, and what is near it."""
    concepts = Concept.objects.prefetch_related(preferred_labels())
    found = get_object_or_404(Concept.objects.prefetch_related("labels"), key=key)
    path = path_upwards(found.pk, broader_by_concept())[1:]
    above = {one.pk: one for one in concepts.filter(pk__in=path)}
    themes = with_narrower(found.key) if found.scheme == ConceptScheme.THEME else []
    about = Event.themes.through.objects.filter(concept__in=themes).order_by().values("event")
    context = {
        "concept": found,
        "events": event_lists(request, Q(event__in=about)) if themes else None,
        "labels": _labels_by_language(found),
        "broader": [above[pk] for pk in reversed(path)],
        "narrower": _by_name(concepts.filter(broader=found)),
        "related": _by_name(found.related.prefetch_related(preferred_labels())),
        "practices_address": _PracticeAddresses(request).of(found),
        "search_address": f"{reverse('search:search')}?{urlencode({'q': found.label()})}",
        "uri": concept_uri(found.key),
        "formats": FORMATS,
    }
    return render(request, "portal/concept.html", context)


def _by_name(concepts: object) -> list[Concept]:
    return [found for found, _depth in in_tree_order(concepts)]  # type: ignore[arg-type]


def _labels_by_language(found: Concept) -> list[LabelsInLanguage]:
    """The labels to be shown, the language of the interface first."""
    shown = []
    for code in sorted(CODES, key=lambda code: code != current_language()):
        labels = [label for label in found.labels.all() if label.language == code and label.kind != LabelKind.HIDDEN]
        if labels:
            preferred = [label.text for label in labels if label.kind == LabelKind.PREFERRED]
            others = [label.text for label in labels if label.kind == LabelKind.ALTERNATIVE]
            shown.append(LabelsInLanguage(code, own_name(code), "".join(preferred), others))
    return shown


@require_safe
def download(request: HttpRequest, suffix: str, key: str = "") -> HttpResponse:
    """The vocabulary, or one concept, as SKOS."""
    if suffix not in FORMATS or (key and not Concept.objects.filter(key=key).exists()):
        raise Http404
    name = f"{key or 'vocabulary'}.{suffix}"
    return HttpResponse(
        vocabulary_as(suffix, key),
        headers={
            "Content-Type": f"{FORMATS[suffix].media_type}; charset=utf-8",
            "Content-Disposition": f'inline; filename="{name}"',
            # Anybody's programs may read what anybody may read.
            "Access-Control-Allow-Origin": "*",
        },
    )


# ---------------------------------------------------------------- what concepts are called for ever


@require_safe
def uri(request: HttpRequest, key: str = "") -> HttpResponse:
    """From the name of a concept to its page in the reader's language or, for programs, to its data."""
    if key and not Concept.objects.filter(key=key).exists():
        raise Http404
    wanted = request.get_preferred_type(["text/html", *(one.media_type for one in FORMATS.values())])
    suffix = next((one.suffix for one in FORMATS.values() if one.media_type == wanted), "")
    if suffix:
        address = reverse("concept_file", args=[key, suffix]) if key else reverse("vocabulary_file", args=[suffix])
    else:
        address = reverse("concept", args=[key]) if key else reverse("vocabulary")
    return _see_other(address)


@require_safe
def scheme_uri(request: HttpRequest, scheme: str) -> HttpResponse:
    if scheme not in ConceptScheme.values:
        raise Http404
    return _see_other(f"{reverse('vocabulary')}#{scheme}")


def _see_other(address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    # A thing is not its page: "see other" is what linked data answers with.
    response.status_code = 303
    patch_vary_headers(response, ["Accept", "Accept-Language", "Cookie"])
    return response
