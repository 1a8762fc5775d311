"""Memberships in the editor, for administrators."""

from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from groups.actions import change_membership, set_membership
from groups.models import Membership


class MembershipCreateView(CreateView):
    def save_instance(self) -> Membership:
        return set_membership(**self.form.cleaned_data)


class MembershipEditView(EditView):
    def save_instance(self) -> Membership:
        return change_membership(pk=self.form.instance.pk, **self.form.cleaned_data)


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
