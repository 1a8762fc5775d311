"""Model fields that every package may use."""

from typing import Any

from wagtail import fields as wagtail_fields

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"]


class StreamField(wagtail_fields.StreamField):
    """A StreamField whose blocks stay out of migrations.

    Blocks shape what editors see, not what the database stores; with them in migrations, each change of a label
    would write the whole definition into history again.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


class RichTextField(wagtail_fields.RichTextField):
    """Rich text with the portal's features; which ones is no concern of the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(*args, **kwargs)
