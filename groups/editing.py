"""The form with which the editor changes the page of a group."""

from typing import Any

from wagtail.admin.forms import WagtailAdminPageForm


class GroupPageForm(WagtailAdminPageForm):
    """A translation has words alone: what is the same in every language is asked for on the original."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.instance
        if group.original.pk != group.pk:
            for name in (*group.FACTS, *group.RELATED_FACTS):
                self.fields.pop(name, None)
