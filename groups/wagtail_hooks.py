"""Groups and memberships in the editor.

Coordinators use the editor for the pages of all groups' sheets and events. The pages of groups themselves are another
matter: each is changed by those who look after it, and hidden ones are not even listed to others. What is listed is
said here; ``groups.middleware`` says which addresses open.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column
from wagtail.models import AbstractPage, Page, PageQuerySet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, IndexView, SnippetViewSet

from groups.actions import add_member, change_role, set_membership
from groups.enums import Openness, Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, is_administrator, memberships_of
from groups.queries import lost_by_unpublishing
from members.models import User

# ---------------------------------------------------------------- pages of groups


class KnownGroupsPolicy(PagePermissionPolicy):
    """What the editor lists, finds, reports and logs: everything but the hidden groups of others."""

    def instances_user_has_any_permission_for(self, user: Reader, actions: set[str]) -> PageQuerySet:
        return _without_unknown(super().instances_user_has_any_permission_for(user, actions), user)

    def explorable_instances(self, user: Reader) -> PageQuerySet:
        return _without_unknown(super().explorable_instances(user), user)


register_permission_policy(AbstractPage, KnownGroupsPolicy("wagtailcore.Page"))


@hooks.register("construct_page_chooser_queryset")
def offer_known_groups(pages: PageQuerySet, request: HttpRequest) -> PageQuerySet:
    return _without_unknown(pages, request.user)


def _without_unknown(pages: PageQuerySet, user: Reader) -> PageQuerySet:
    if is_administrator(user):
        return pages
    hidden = WorkingGroup.objects.filter(openness=Openness.HIDDEN)
    own = memberships_of(user).values("group__translation_key")
    unknown = hidden.filter(~Q(translation_key__in=own)).order_by()
    return pages.exclude(pk__in=unknown.values("pk"))


@hooks.register("after_create_page")
def let_the_founder_coordinate(request: HttpRequest, page: Page) -> None:
    """Whoever makes a group looks after it; administrators do so in any case, and name others."""
    group, founder = page.specific, request.user
    if isinstance(group, WorkingGroup) and isinstance(founder, User) and not is_administrator(founder):
        set_membership(group=group, user=founder, role=Role.COORDINATOR)


@hooks.register("after_copy_page")
def let_whoever_copies_it_coordinate(request: HttpRequest, page: Page, copy: Page) -> None:
    let_the_founder_coordinate(request, copy)


@hooks.register("before_unpublish_page")
def keep_groups_for_their_members(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Unpublished, a group would be gone for its own members, while what is said in it goes on."""
    if _is_refused(request, [page], with_those_below=bool(request.POST.get("include_descendants"))):
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    return None


@hooks.register("before_bulk_action")
def keep_groups_for_their_members_in_bulk(
    request: HttpRequest, action_type: str, objects: Iterable[Any], action_class_instance: Any
) -> HttpResponse | None:
    """The same for several at once."""
    pages = [page for page in objects if isinstance(page, Page)] if action_type == "unpublish" else []
    with_those_below = bool(pages) and action_class_instance.cleaned_form.cleaned_data["include_descendants"]
    if _is_refused(request, pages, with_those_below=with_those_below):
        return redirect(action_class_instance.next_url)
    return None


def _is_refused(request: HttpRequest, pages: list[Page], *, with_those_below: bool) -> bool:
    unpublished = Page.objects.filter(pk__in=[page.pk for page in pages])
    for page in pages if with_those_below else []:
        unpublished |= Page.objects.descendant_of(page)
    lost = lost_by_unpublishing(unpublished, by=request.user)
    if not lost:
        return False
    words = _now(
        "Nothing was unpublished: people belong to these groups and would lose their pages: %(titles)s. Make a group "
        "hidden instead, or let its members leave first."
    )
    messages.warning(request, words % {"titles": ", ".join(group.title for group in lost)})
    return True


# ---------------------------------------------------------------- memberships, for administrators


class EnteredMemberships(ModelPermissionPolicy):
    """None is deleted: memberships end on the screen of the group's members, with a reason that the person reads."""

    def user_has_permission(self, user: Reader, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))


register_permission_policy(Membership, EnteredMemberships(Membership))


class MembershipIndexView(IndexView):
    @cached_property
    def columns(self) -> list[Column]:
        # To delete is all that can be done with several at once.
        return [column for column in super().columns if not isinstance(column, BulkActionsCheckboxColumn)]


class MembershipCreateView(CreateView):
    def save_instance(self) -> Membership:
        return add_member(**self.form.cleaned_data, by=self.request.user)

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        return _valid_unless_refused(self, form, super().form_valid)


class MembershipEditView(EditView):
    def save_instance(self) -> Membership:
        membership = Membership.objects.select_related("group__locale").get(pk=self.object.pk)
        change_role(membership=membership, role=self.form.cleaned_data["role"], by=self.request.user)
        return Membership.objects.get(pk=membership.pk)

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        return _valid_unless_refused(self, form, super().form_valid)


def _valid_unless_refused(
    view: CreateView | EditView, form: forms.ModelForm, form_valid: Callable[[forms.ModelForm], HttpResponse]
) -> HttpResponse:
    """What the action refuses stands at the role."""
    try:
        return form_valid(form)
    except ValidationError as refused:
        form.add_error("role", refused)
        view.produced_error_code = "validation_error"
        view.produced_error_message = view.get_error_message()
        return view.form_invalid(form)


# Who belongs to which group is not corrected: the wrong membership ends, with a reason, and another begins.
_ROLE = ObjectList(
    [
        HelpPanel(template="groups/editor_membership_help.html", heading=_("Ending a membership")),
        FieldPanel("user", read_only=True),
        FieldPanel("group", read_only=True),
        FieldPanel("role"),
    ]
)


class MembershipViewSet(SnippetViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    add_to_admin_menu = True
    list_display = ["user", "group", "role", "joined_at"]
    list_filter = ["role"]
    index_view_class = MembershipIndexView
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView
    # A copy is the same person in the same group.
    copy_view_enabled = False

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panel = _ROLE.bind_to_model(self.model)
        return super().get_edit_view_kwargs(panel=panel, form_class=panel.get_form_class(), **kwargs)


register_snippet(MembershipViewSet)
