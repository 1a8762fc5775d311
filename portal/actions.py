"""Setting up a portal: its languages, its skeleton of pages, its first administrator."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from common.languages import CODES
from common.models import BasePage
from events.models import EventIndexPage
from groups.actions import COORDINATORS
from groups.models import WorkingGroupIndexPage
from members.accounts import confirm_address
from members.models import User
from portal.models import HomePage
from practices.models import GroupReviewTask, PracticeIndexPage, ProjectIndexPage

SECTIONS: dict[str, type[BasePage]] = {
    "practices": PracticeIndexPage,
    "projects": ProjectIndexPage,
    "events": EventIndexPage,
    "groups": WorkingGroupIndexPage,
}


@dataclass(frozen=True, slots=True)
class PageTexts:
    """The words of one page of the skeleton in one language."""

    title: str
    slug: str
    summary: str = ""
    headline: str = ""


@transaction.atomic
def create_skeleton(*, home: dict[str, PageTexts], sections: dict[str, dict[str, PageTexts]]) -> None:
    """Create the languages, a home page in each, and the sections below; update their texts where they are there.

    ``home`` and each of ``sections`` map a language to texts; a language that has none is left out.
    """
    for code in CODES:
        Locale.objects.get_or_create(language_code=code)
    # Wagtail's own welcome page, and the site that shows it, make room.
    Page.objects.filter(depth=2).exclude(pk__in=HomePage.objects.values("pk")).delete()
    root = Page.objects.get(depth=1)
    # In the default language first: the others are its translations.
    ordered = sorted(home, key=lambda code: code != settings.LANGUAGE_CODE)
    homes = {code: _skeleton_page(HomePage, root, code, home[code]) for code in ordered}
    for name, model in SECTIONS.items():
        for code in ordered:
            if code in sections[name]:
                _skeleton_page(model, homes[code], code, sections[name][code])
    _point_site_at(homes[settings.LANGUAGE_CODE])
    _let_coordinators_edit(list(homes.values()))
    _send_sheets_to_review()


def _skeleton_page(model: type[BasePage], parent: Page, language: str, texts: PageTexts) -> BasePage:
    page = model.objects.filter(locale__language_code=language).first()
    first = model.objects.first()
    values = {"title": texts.title, "slug": texts.slug, "summary": texts.summary}
    if model is HomePage:
        values["headline"] = texts.headline
    if page is None:
        page = model(locale=Locale.objects.get(language_code=language), show_in_menus=model is not HomePage, **values)
        if first is not None:
            page.translation_key = first.translation_key
            page.original_language = first.original_language
        parent.add_child(instance=page)
        page.save_revision().publish()
    elif any(getattr(page, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(page, name, value)
        page.save_revision().publish()
    return page


def _point_site_at(home: BasePage) -> None:
    Site.objects.update_or_create(is_default_site=True, defaults={"root_page": home, "site_name": home.title})
    follow_base_url()


def follow_base_url() -> None:
    """Let the addresses of pages begin as BASE_URL says, also when it has changed since the last start."""
    address = urlsplit(settings.BASE_URL)
    port = address.port or (443 if address.scheme == "https" else 80)
    site = Site.objects.get(is_default_site=True)
    if (site.hostname, site.port) != (address.hostname, port):
        site.hostname, site.port = address.hostname, port
        site.save()


def _let_coordinators_edit(homes: list[BasePage]) -> None:
    coordinators, _created = AuthGroup.objects.get_or_create(name=COORDINATORS)
    coordinators.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"),
        Permission.objects.get(content_type__app_label="simple_translation", codename="submit_translation"),
        # They keep the vocabulary, but sheets lose what is deleted.
        *Permission.objects.filter(content_type__app_label="taxonomy", codename__in=["add_concept", "change_concept"]),
    )
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailcore", codename__in=["add_page", "change_page", "publish_page"]
    ):
        for home in homes:
            GroupPagePermission.objects.get_or_create(group=coordinators, page=home, permission=permission)
    root = Collection.objects.get(depth=1)
    for codename in ("add_image", "choose_image", "add_document", "choose_document"):
        permission = Permission.objects.get(codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=coordinators, collection=root, permission=permission)


def _send_sheets_to_review() -> None:
    """Sheets pass through the coordinators of their working group before they are published."""
    task = GroupReviewTask.objects.first() or GroupReviewTask.objects.create(name="Review by the working group")
    workflow = Workflow.objects.filter(workflow_tasks__task=task).first()
    if workflow is None:
        workflow = Workflow.objects.create(name="Practice sheets")
        WorkflowTask.objects.create(workflow=workflow, task=task)
    for index in PracticeIndexPage.objects.all():
        WorkflowPage.objects.get_or_create(page=index.page_ptr, defaults={"workflow": workflow})


def has_administrator() -> bool:
    return User.objects.filter(is_superuser=True, is_active=True).exists()


@transaction.atomic
def create_first_administrator(
    *, network_name: str, email: str, password: str, first_name: str, last_name: str, language: str
) -> User:
    """Create the first administrator and give the portal its name. Raises ValueError if there is an administrator."""
    if has_administrator():
        raise ValueError("There is an administrator already.")
    user = User.objects.create_superuser(
        email, password, first_name=first_name, last_name=last_name, languages=[language]
    )
    # Whoever sets the portal up can read its files; there may be no mail server yet to prove an address with.
    confirm_address(user)
    for home in HomePage.objects.all():
        home.title = network_name
        home.save_revision(user=user).publish(user=user)
    Site.objects.filter(is_default_site=True).update(site_name=network_name)
    return user
