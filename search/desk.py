"""The coordinators' side of the search, in the editor: what is searched in vain, judged queries, relevance."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import RedirectView, TemplateView, View
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.history import HistoryView
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.views.generic.usage import UsageView
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BasePermissionPolicy
from wagtail.permissions import register_permission_policy

from common.dates import day_in_words
from groups.enums import Role
from practices.exports import harmless
from search.actions.misses import decide_on_miss
from search.actions.relevance import measure_relevance
from search.judging import titles_of
from search.models import JudgedQuery, MissedSearch, RelevanceRun
from search.permissions import looks_after_search
from search.relevance import ALL, LEADING, MEASURES, changes, run_before, scores_of


class CoordinatorsPolicy(BasePermissionPolicy):
    """Coordinators of any working group, and administrators, may do ``actions``; nobody may do anything else."""

    permission_cache_name = "_looks_after_search"

    def __init__(self, model: type, actions: Iterable[str]) -> None:
        super().__init__(model)
        self.actions = frozenset(actions)

    def get_all_permissions_for_user(self, user: Any) -> set[str]:
        """Something or nothing: the same for all models, so that a list asks the database once and not at each row."""
        return {"coordinate"} if looks_after_search(user) else set()

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and bool(self.get_cached_permissions_for_user(user))

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        users = get_user_model()._default_manager
        if not self.actions & set(actions):
            return users.none()
        coordinates = Q(memberships__role=Role.COORDINATOR) | Q(is_superuser=True)
        return users.filter(coordinates, is_active=True).distinct()


register_permission_policy(MissedSearch, CoordinatorsPolicy(MissedSearch, {"change", "delete", "view"}))
register_permission_policy(JudgedQuery, CoordinatorsPolicy(JudgedQuery, {"add", "change", "delete", "view"}))
register_permission_policy(RelevanceRun, CoordinatorsPolicy(RelevanceRun, {"view"}))


# ---------------------------------------------------------------- searches without result


class MissedSearchIndexView(generic.IndexView):
    # What visitors typed goes into a spreadsheet as text, never as a formula.
    custom_field_preprocess = {name: {"csv": harmless} for name in ("query", "note")}

    def get_base_queryset(self) -> QuerySet:
        return MissedSearch.objects.for_list()


class OnlyWhatIsListed:
    """For views of one query: what was asked once is shown nowhere, whoever guesses its number."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        get_object_or_404(MissedSearch.objects.for_list(), pk=kwargs["pk"])
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc] # of the view's
        return response


class MissedSearchDeleteView(OnlyWhatIsListed, generic.DeleteView):
    pass


class MissedSearchHistoryView(OnlyWhatIsListed, HistoryView):
    pass


class MissedSearchUsageView(OnlyWhatIsListed, UsageView):
    pass


class MissedSearchEditView(OnlyWhatIsListed, generic.EditView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        may_change_concepts = self.request.user.has_perm("taxonomy.change_concept")
        vocabulary = reverse("wagtailsnippets_taxonomy_concept:list") if may_change_concepts else ""
        return {
            **context,
            "counted": MissedSearch.objects.for_list().get(pk=self.object.pk),
            "vocabulary": vocabulary,
        }

    def save_instance(self) -> MissedSearch:
        return decide_on_miss(search=self.object, **self.form.cleaned_data)


class SearchAgainColumn(Column):
    """A link to the result page."""

    cell_template_name = "search/cms/search_again_cell.html"


class MissedSearchViewSet(ModelViewSet):
    model = MissedSearch
    name = "missed-searches"
    icon = "help"
    menu_label = gettext_lazy("Searches without result")
    form_fields = ["state", "note"]
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = MissedSearchIndexView
    edit_view_class = MissedSearchEditView
    delete_view_class = MissedSearchDeleteView
    history_view_class = MissedSearchHistoryView
    usage_view_class = MissedSearchUsageView
    edit_template_name = "search/cms/missed_search.html"
    index_template_name = "search/cms/missed_searches.html"
    list_display = [
        "query",
        Column("language", label=gettext_lazy("Language"), accessor="get_language_display", sort_key="language"),
        NumberColumn("times", label=gettext_lazy("Times"), sort_key="times"),
        NumberColumn("times_weak", label=gettext_lazy("with weak results"), sort_key="times_weak"),
        Column(
            "last_week",
            label=gettext_lazy("Last asked in the week of"),
            accessor=lambda found: day_in_words(found.last_week),
            sort_key="last_week",
        ),
        Column("state", label=gettext_lazy("State"), accessor="get_state_display", sort_key="state"),
        Column("note", label=gettext_lazy("Note")),
        SearchAgainColumn("search_again", label=gettext_lazy("Search again"), accessor="get_absolute_url"),
    ]
    list_filter = ["language", "state"]
    list_export = ["query", "language", "times", "times_nothing", "times_weak", "last_week", "state", "note"]
    export_headings = {
        "times": gettext_lazy("Times"),
        "times_nothing": gettext_lazy("with nothing found"),
        "times_weak": gettext_lazy("with weak results"),
        "last_week": gettext_lazy("Last asked in the week of"),
    }
    export_filename = "searches-without-result"
    search_fields = ["query", "note"]


# ---------------------------------------------------------------- judged queries


class ToTheDesk(RedirectView):
    """Judging is done on the portal itself, where results look as they do for visitors."""

    pattern_name = "search:judge"


class ToTheJudgedQuery(RedirectView):
    pattern_name = "search:judged_query"


class JudgedQueryIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return JudgedQuery.objects.annotate(expected_count=Count("expected")).order_by("language", "text", "pk")


class JudgedQueryViewSet(ModelViewSet):
    model = JudgedQuery
    name = "judgedquery"
    icon = "tick"
    menu_label = gettext_lazy("Judged queries")
    form_fields = ["text", "language", "note"]
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = JudgedQueryIndexView
    add_view_class = ToTheDesk
    edit_view_class = ToTheJudgedQuery
    # Redirections have none.
    create_template_name = edit_template_name = ""
    list_display = [
        "text",
        Column("language", label=gettext_lazy("Language"), accessor="get_language_display", sort_key="language"),
        NumberColumn("expected_count", label=gettext_lazy("Results expected"), sort_key="expected_count"),
        Column("note", label=gettext_lazy("Why")),
    ]
    list_filter = ["language"]
    search_fields = ["text", "note"]


# ---------------------------------------------------------------- relevance


class RelevanceView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """The last measurement, and what has changed since the one before it of another version."""

    model = RelevanceRun
    permission_required = "view"
    template_name = "search/cms/relevance.html"
    page_title = gettext_lazy("Relevance")
    header_icon = "order-up"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run = RelevanceRun.objects.order_by("-created_at", "-pk").first()
        context = {**super().get_context_data(**kwargs), "run": run, "queries": JudgedQuery.objects.count()}
        if run is None:
            return context
        before = run_before(run.version, run)
        compared = changes(scores_of(run), before)
        titles = titles_of({key for change in compared for key in change.row.missed})
        return {
            **context,
            "before": before,
            "measures": MEASURES,
            "means": _mean_rows(run, before),
            "changes": [
                {
                    "row": change.row,
                    "values": [change.row.measures[name] for name in MEASURES],
                    "before": change.before,
                    "difference": change.difference,
                    "missed": [titles.get(key, (key, "")) for key in change.row.missed],
                }
                for change in compared
            ],
        }


def _mean_rows(run: RelevanceRun, before: RelevanceRun | None) -> list[dict[str, Any]]:
    rows = []
    for language, means in run.means.items():
        earlier = before.means.get(language) if before is not None else None
        rows.append(
            {
                "language": "" if language == ALL else language,
                "queries": means["queries"],
                "values": [means[name] for name in MEASURES],
                "difference": means[LEADING] - earlier[LEADING] if earlier else None,
            }
        )
    return rows


class MeasureView(PermissionCheckedMixin, View):
    """Measure now, by the queue."""

    model = RelevanceRun
    permission_required = "view"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        measure_relevance.enqueue()
        messages.success(request, _("The search is being measured. Load this page again in a minute."))
        return redirect("relevance:index")


class _ForCoordinators(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return looks_after_search(request.user)


class RelevanceViewSet(ViewSet):
    name = "relevance"
    icon = "order-up"
    menu_label = gettext_lazy("Relevance")
    menu_item_class = _ForCoordinators

    def get_urlpatterns(self) -> Sequence[URLPattern]:
        return [
            path("", self.construct_view(RelevanceView), name="index"),
            path("measure/", self.construct_view(MeasureView), name="measure"),
        ]


class SearchViewSetGroup(ViewSetGroup):
    menu_label = gettext_lazy("Search quality")
    menu_icon = "search"
    menu_name = "portal-search"
    items = (MissedSearchViewSet, JudgedQueryViewSet, RelevanceViewSet)
