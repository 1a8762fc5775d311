"""How the editor shows a sheet: the same fields in the same tabs as the members' form."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, ObjectList, TabbedInterface, TitleFieldPanel

from practices.schema import SheetField, Tab, fields_of

CHECKBOXES = ("themes", "target_groups", "action_types", "technologies")


def _panel(field: SheetField) -> FieldPanel | InlinePanel:
    if field.is_rows:
        return InlinePanel(field.name, heading=field.label, label=field.label, help_text=field.help)
    if field.name == "title":
        # It also suggests the slug.
        return TitleFieldPanel(field.name, help_text=field.help)
    widget = {"widget": forms.CheckboxSelectMultiple} if field.name in CHECKBOXES else {}
    return FieldPanel(field.name, help_text=field.help, **widget)


def sheet_edit_handler(settings_panels: list) -> TabbedInterface:
    tabs = [ObjectList([_panel(field) for field in fields_of(tab)], heading=tab.label) for tab in Tab]
    return TabbedInterface([*tabs, ObjectList(settings_panels, heading=_("Settings"))])
