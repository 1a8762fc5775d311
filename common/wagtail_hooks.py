"""How rich text is shown."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.html import escape
from wagtail import hooks
from wagtail.rich_text import pages

from common.addresses import address_in
from common.languages import current_language
from common.models import BasePage


class PageLinkHandler(pages.PageLinkHandler):
    """A link to a page leads to the reader's own language where the page has it, and stays in the reader's interface.

    What not everybody may see is no link, whoever reads: the text is the same for all.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        return [cls._opening_tag(page) for page in cls.get_many(attrs_list)]

    @classmethod
    def _opening_tag(cls, page: Any) -> str:
        if not isinstance(page, BasePage):
            return "<a>"
        visible = type(page).objects.versions_of(page).visible_to(AnonymousUser()).select_related("locale")
        versions = {version.language: version for version in visible}
        shown = versions.get(current_language()) or versions.get(page.locale.language_code)
        return f'<a href="{escape(address_in(shown, current_language()))}">' if shown else "<a>"


# After Wagtail's own, in whose place it comes.
@hooks.register("register_rich_text_features", order=10)
def register_page_links(features: Any) -> None:
    features.register_link_type(PageLinkHandler)
