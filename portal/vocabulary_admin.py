"""The vocabulary in the editor: the list with what practices use, the form, and SKOS files in and out."""

import hashlib
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from common.languages import CODES
from practices.queries import with_practice_count
from taxonomy.actions import share_mark, write_concepts
from taxonomy.models import Concept, LabelKind
from taxonomy.skos import FORMATS, vocabulary_graph, write
from taxonomy.skos_import import LARGEST_FILE, plan_import

# How long a file is kept between the report and the import.
KEPT_SECONDS = 3600


def missing_languages(concept: Concept) -> str:
    """The languages without a preferred label."""
    there = {label.language for label in concept.labels.all() if label.kind == LabelKind.PREFERRED}
    return ", ".join(code for code in CODES if code not in there) or "–"


class ConceptIndexView(IndexView):
    search_fields = ("key", "labels__text")

    def get_base_queryset(self) -> QuerySet[Concept]:
        concepts = with_practice_count(super().get_base_queryset())
        return concepts.select_related("broader").prefetch_related("labels", "broader__labels")

    def search_queryset(self, queryset: QuerySet[Concept]) -> QuerySet[Concept]:
        if not self.is_searching:
            return queryset
        # A subquery: joined, each label that matches would be a line of its own.
        found = Concept.objects.filter(
            Q(key__icontains=self.search_query) | Q(labels__text__icontains=self.search_query)
        )
        return queryset.filter(pk__in=found.order_by().values("pk"))

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        buttons = super().header_more_buttons
        name = self.index_url_name.rpartition(":")[0]
        if self.user_has_permission("change") and self.user_has_permission("add"):
            buttons.append(
                Button(_("Import from a SKOS file"), url=reverse(f"{name}:import"), icon_name="upload", priority=60)
            )
        for place, (suffix, one) in enumerate(FORMATS.items()):
            label = _("Export as %(format)s") % {"format": one.label}
            url = reverse(f"{name}:export", args=[suffix])
            buttons.append(Button(label, url=url, icon_name="download", priority=70 + place))
        return buttons


class ConceptCreateView(CreateView):
    @transaction.atomic
    def save_instance(self) -> Concept:
        concept: Concept = super().save_instance()
        share_mark(concept=concept)
        return concept


class ConceptEditView(EditView):
    @transaction.atomic
    def save_instance(self) -> Concept:
        concept: Concept = super().save_instance()
        share_mark(concept=concept)
        return concept


class ConceptViewSet(SnippetViewSet):
    model = Concept
    icon = "tag"
    menu_label = _("Vocabulary")
    add_to_admin_menu = True
    index_view_class = ConceptIndexView
    add_view_class = ConceptCreateView
    edit_view_class = ConceptEditView
    list_display = [
        "__str__",
        "key",
        "scheme",
        "broader",
        Column("practice_count", label=_("Practices"), sort_key="practice_count"),
        Column("missing", label=_("Languages missing"), accessor=missing_languages),
    ]
    list_filter = ["scheme"]
    list_per_page = 50
    search_fields = ["key", "labels__text"]
    ordering = ["scheme", "key"]

    def get_urlpatterns(self) -> list[URLPattern]:
        own = [
            path("import/", import_vocabulary, name="import"),
            path("import/<slug:token>/", import_report, name="import_report"),
            path("export/vocabulary.<slug:suffix>", export_vocabulary, name="export"),
        ]
        return [*own, *super().get_urlpatterns()]


# ---------------------------------------------------------------- files


class VocabularyFileForm(forms.Form):
    file = forms.FileField(
        label=_("SKOS file"),
        help_text=_("Turtle (.ttl), RDF/XML (.rdf) or JSON-LD (.jsonld), at most 5 megabytes."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("The file is larger than 5 megabytes."))
        return file


@dataclass(frozen=True, slots=True)
class KeptFile:
    name: str
    data: bytes

    @property
    def token(self) -> str:
        """Changes with the content, so that what was looked at is what is imported."""
        return hashlib.sha256(self.data).hexdigest()


def _check_permission(request: HttpRequest) -> None:
    if not request.user.has_perms(["taxonomy.add_concept", "taxonomy.change_concept"]):
        raise PermissionDenied


def _place_of(request: HttpRequest) -> str:
    """Where a person's file is kept: one for each, so that nobody fills the disk."""
    return f"taxonomy.import.{request.user.pk}"


@never_cache
def import_vocabulary(request: HttpRequest) -> HttpResponse:
    """The form for a file; a POST leads to the report on it."""
    _check_permission(request)
    is_sent = request.method == "POST"
    form = VocabularyFileForm(request.POST, request.FILES) if is_sent else VocabularyFileForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        kept = KeptFile(file.name, file.read())
        cache.set(_place_of(request), kept, KEPT_SECONDS)
        return redirect(f"{ConceptViewSet().url_namespace}:import_report", token=kept.token)
    return render(request, "taxonomy/import.html", _frame() | {"form": form}, status=422 if form.errors else 200)


@never_cache
def import_report(request: HttpRequest, token: str) -> HttpResponse:
    """What importing the file would do; a POST does it."""
    _check_permission(request)
    kept: KeptFile | None = cache.get(_place_of(request))
    if kept is None or kept.token != token:
        messages.warning(request, _("The file is kept for an hour, and until you send another. Send it again."))
        return redirect(f"{ConceptViewSet().url_namespace}:import")
    plan = plan_import(kept.data, kept.name)
    if request.method == "POST" and not plan.errors:
        written = write_concepts(concepts=plan.concepts)
        number = len(written.added) + len(written.changed)
        told = ngettext(
            "%(number)d concept was added or changed.", "%(number)d concepts were added or changed.", number
        )
        messages.success(request, told % {"number": number})
        cache.delete(_place_of(request))
        return redirect(f"{ConceptViewSet().url_namespace}:list")
    context = _frame() | {"plan": plan, "file_name": kept.name, "number": len(plan.concepts)}
    return render(request, "taxonomy/import_report.html", context, status=422 if plan.errors else 200)


def export_vocabulary(request: HttpRequest, suffix: str) -> HttpResponse:
    """The vocabulary as it is at this moment."""
    if suffix not in FORMATS:
        raise Http404
    return HttpResponse(
        write(vocabulary_graph(), suffix),
        headers={
            "Content-Type": FORMATS[suffix].media_type,
            "Content-Disposition": f'attachment; filename="vocabulary.{suffix}"',
        },
    )


def _frame() -> dict[str, Any]:
    """What Wagtail's frame shows around a screen of ours."""
    namespace = cast("str", ConceptViewSet().url_namespace)
    return {
        "list_address": reverse(f"{namespace}:list"),
        "import_address": reverse(f"{namespace}:import"),
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse(f"{namespace}:list"), "label": _("Vocabulary")},
            {"url": "", "label": _("Import")},
        ],
    }
