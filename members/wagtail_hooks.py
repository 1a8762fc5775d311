from django.utils.translation import gettext_lazy as _
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from members.models import City, Organisation


class CityViewSet(SnippetViewSet):
    model = City
    icon = "home"
    list_display = ["__str__", "key", "country"]


class OrganisationViewSet(SnippetViewSet):
    model = Organisation
    icon = "group"
    list_display = ["name", "sector", "city"]
    list_filter = ["sector"]


class NetworkViewSetGroup(SnippetViewSetGroup):
    menu_label = _("Network")
    menu_icon = "site"
    items = [CityViewSet, OrganisationViewSet]


register_snippet(NetworkViewSetGroup)
