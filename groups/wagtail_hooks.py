"""Groups and memberships in the editor.

Coordinators use the editor for the pages of all groups' sheets and events. The pages of groups themselves are another
matter: each is changed by those who look after it, and hidden ones are not even listed to others. What is listed is
said here; ``groups.middleware`` says which addresses open.
"""

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.models import AbstractPage, Page, PageQuerySet
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from groups.actions import LastCoordinator, change_membership, set_membership
from groups.enums import Openness, Role
from groups.models import Membership, WorkingGroup
from groups.permissions import Reader, is_administrator, memberships_of
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


# ---------------------------------------------------------------- memberships, for administrators


class MembershipCreateView(CreateView):
    def save_instance(self) -> Membership:
        return set_membership(**self.form.cleaned_data)


class MembershipEditView(EditView):
    def is_valid(self, form: forms.ModelForm) -> bool:
        return bool(super().is_valid(form)) and not self._takes_the_last_coordinator(form)

    def _takes_the_last_coordinator(self, form: forms.ModelForm) -> bool:
        # As it is stored: the form has written into the object of the view.
        stored = Membership.objects.select_related("group").get(pk=self.object.pk)
        given = form.cleaned_data
        stays = (given["user"], given["role"], given["group"].original) == (stored.user, stored.role, stored.group)
        if stays or not _is_last_coordinator(stored):
            return False
        form.add_error("role", LastCoordinator())
        self.produced_error_message = self.get_error_message()
        return True

    def save_instance(self) -> Membership:
        return change_membership(pk=self.form.instance.pk, **self.form.cleaned_data)


def _is_last_coordinator(membership: Membership) -> bool:
    others = Membership.objects.filter(group=membership.group, user__is_active=True).exclude(pk=membership.pk)
    is_needed = membership.role == Role.COORDINATOR and others.exists()
    return is_needed and not others.filter(role=Role.COORDINATOR).exists()


class MembershipViewSet(SnippetViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    add_to_admin_menu = True
    list_display = ["user", "group", "role", "joined_at"]
    list_filter = ["role"]
    add_view_class = MembershipCreateView
    edit_view_class = MembershipEditView


register_snippet(MembershipViewSet)
