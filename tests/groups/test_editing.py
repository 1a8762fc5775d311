"""Administrators make people members of groups in the editor."""

import html
import re
from unittest import mock

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import URLResolver, resolve, reverse
from wagtail import hooks
from wagtail.admin.urls import urlpatterns as admin_urlpatterns
from wagtail.models import Page, PageLogEntry
from wagtail.search import index

from groups.actions import COORDINATORS, set_membership
from groups.middleware import GroupsInEditorMiddleware
from groups.models import AuditEntry, Membership, WorkingGroup, WorkingGroupIndexPage
from groups.queries import is_coordinator
from tests.factories import (
    CityFactory,
    ConceptFactory,
    StandardPageFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.groups.letters import recipients

pytestmark = pytest.mark.django_db

ADD = "/cms/snippets/groups/membership/add/"


def memberships(user):
    return [(membership.group_id, membership.role) for membership in user.memberships.all()]


@pytest.mark.parametrize(
    ("who", "added"), [("administrator", True), ("coordinator", False), ("member", False), ("visitor", False)]
)
def test_memberships_are_for_administrators(client_as, group, who, added):
    user = UserFactory()
    client_as(who).post(ADD, {"user": user.pk, "group": group.pk, "role": "member"})
    assert memberships(user) == ([(group.pk, "member")] if added else [])


def test_membership_made_in_the_editor_belongs_to_the_group_in_every_language(client_as, group):
    user, french = UserFactory(), translate(group, "fr")
    client_as("administrator").post(ADD, {"user": user.pk, "group": french.pk, "role": "coordinator"})
    assert memberships(user) == [(group.pk, "coordinator")]
    assert user.groups.filter(name=COORDINATORS).exists()


def test_person_and_group_of_a_membership_stay(client_as, group, people):
    other = WorkingGroupFactory()
    membership = Membership.objects.get(user=people["member"])
    address = f"/cms/snippets/groups/membership/edit/{membership.pk}/"
    form = {"user": people["stranger"].pk, "group": other.pk, "role": "coordinator"}
    assert client_as("administrator").post(address, form).status_code == 302
    assert memberships(people["member"]) == [(group.pk, "coordinator")]
    assert memberships(people["stranger"]) == []


def entries(group):
    return [(entry.act, entry.actor.email, entry.details["name"]) for entry in AuditEntry.objects.filter(group=group)]


def test_what_is_done_with_memberships_is_written_down_and_told(client_as, group, people):
    client, user, administrator = client_as("administrator"), UserFactory(), "administrator@example.com"
    client.post(ADD, {"user": user.pk, "group": group.pk, "role": "member"})
    assert entries(group) == [("member-added", administrator, str(user))]
    assert recipients("group-admitted") == [user.email]
    client.post(f"/cms/snippets/groups/membership/edit/{user.memberships.get().pk}/", {"role": "coordinator"})
    assert entries(group) == [("role-changed", administrator, str(user)), ("member-added", administrator, str(user))]
    assert recipients("group-role") == [user.email]


def test_whoever_is_made_a_coordinator_at_once_is_told_what_that_is(client_as, group, people):
    client_as("administrator").post(ADD, {"user": people["stranger"].pk, "group": group.pk, "role": "coordinator"})
    assert recipients("group-admitted") == recipients("group-role") == ["stranger@example.com"]


def test_last_coordinator_is_not_made_a_member_by_another_language_of_the_group(client_as, group, people):
    form = {"user": people["coordinator"].pk, "group": translate(group, "fr").pk, "role": "member"}
    response = client_as("administrator").post(ADD, form, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert memberships(people["coordinator"]) == [(group.pk, "coordinator")]


def test_memberships_are_not_deleted_in_the_editor(client_as, group, people):
    client, membership = client_as("administrator"), Membership.objects.get(user=people["member"])
    delete = f"/cms/snippets/groups/membership/delete/{membership.pk}/"
    # Wagtail's own templates ask for what is not there.
    with mock.patch.object(engines["django"].engine, "string_if_invalid", ""):
        edit_page = client.get(f"/cms/snippets/groups/membership/edit/{membership.pk}/").content.decode()
        listing = client.get("/cms/snippets/groups/membership/").content.decode()
    assert delete not in edit_page
    assert reverse("groups:members", args=[group.pk]) in edit_page
    assert str(people["member"]) in html.unescape(listing)
    assert delete not in listing
    assert 'type="checkbox" data-object-id' not in listing
    assert "data-bulk-action-checkbox" not in listing
    for address in (delete, f"/cms/bulk/groups/membership/delete/?id={membership.pk}"):
        client.post(address)
        assert (address, memberships(people["member"])) == (address, [(group.pk, "member")])


@pytest.mark.parametrize("how", ["bulk", "with the group"])
def test_coordinator_whose_membership_ends_in_another_way_may_not_edit_any_more(people, group, how):
    if how == "bulk":
        Membership.objects.filter(user=people["coordinator"]).delete()
    else:
        Page.objects.get(pk=group.pk).delete()
    assert not people["coordinator"].groups.filter(name=COORDINATORS).exists()


# ---------------------------------------------------------------- pages of groups


def test_last_coordinator_stays_one_in_the_editor_too(client_as, group, people):
    membership = Membership.objects.get(user=people["coordinator"])
    form = {"user": people["coordinator"].pk, "group": group.pk, "role": "member"}
    address = f"/cms/snippets/groups/membership/edit/{membership.pk}/"
    response = client_as("administrator").post(address, form, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert memberships(people["coordinator"]) == [(group.pk, "coordinator")]
    Membership.objects.filter(user=people["member"]).update(role="coordinator")
    client_as("administrator").post(address, form)
    assert memberships(people["coordinator"]) == [(group.pk, "member")]


@pytest.fixture
def coordinator_elsewhere(people):
    return set_membership(group=WorkingGroupFactory(), user=people["stranger"], role="coordinator").user


@pytest.mark.parametrize(("who", "status"), [("coordinator", 200), ("administrator", 200), ("stranger", 302)])
@pytest.mark.parametrize("name", ["edit", "delete", "unpublish", "copy", "move"])
@pytest.mark.usefixtures("coordinator_elsewhere")
def test_page_of_a_group_is_changed_by_those_who_look_after_it(client_as, group, who, status, name):
    address = f"/cms/pages/{group.pk}/{name}/"
    response = client_as(who).get(address)
    if who == "coordinator" and name in ("delete", "move"):
        # Coordinators delete and move no pages at all.
        status = response.status_code
    assert response.status_code == status
    if who == "stranger":
        assert group.title not in response.content.decode()


def addresses_of_pages(patterns=admin_urlpatterns, before="/cms/"):
    """The addresses of the editor that name a page, with ``{page}`` and, for whatever else they name, 1."""
    for pattern in patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses_of_pages(pattern.url_patterns, whole)
        elif re.search(r"(page|page_to_move|destination)_(id|pk)>|compare", whole):
            whole = re.sub(r"\^|\$", "", whole.replace(r"(?P<pk>\d+)", "{page}").replace(r"\.\.\.", "..."))
            whole = re.sub(r"\(\?P<revision_id_.>[^)]*\)", "1", whole)
            whole = re.sub(r"<\w+:(page_id|page_pk|page_to_move_id|parent_page_id)>", "{page}", whole)
            yield re.sub(r"<\w+:\w+>", "1", whole)


BULK = [f"/cms/bulk/wagtailcore/page/{action}/?id={{page}}" for action in ("delete", "move", "publish", "unpublish")]
CHOSEN = "/cms/choose-page/chosen-multiple/?id={page}"


@pytest.fixture
def hidden(group):
    WorkingGroup.objects.filter(pk=group.pk).update(openness="hidden")
    return WorkingGroup.objects.get(pk=group.pk)


@pytest.mark.usefixtures("coordinator_elsewhere")
def test_editor_has_no_page_of_a_hidden_group_for_others(client_as, hidden):
    client = client_as("stranger")
    own = StandardPageFactory().pk
    for address in (f"/cms/pages/{own}/copy/", f"/cms/pages/{own}/move/", BULK[1].format(page=own)):
        response = client.post(address, {"new_parent_page": hidden.pk, "chooser": hidden.pk}, follow=True)
        assert (address, response.status_code) == (address, 404)
    addresses = [*addresses_of_pages(), *BULK]
    assert len(addresses) >= 40
    assert hidden.title not in html.unescape(client.get(CHOSEN.format(page=hidden.pk)).content.decode())
    for address in addresses:
        # What is not there is looked for below the language of the reader.
        response = client.get(address.format(page=hidden.pk), follow=True)
        assert (address, response.status_code) == (address, 404)
        assert hidden.title not in html.unescape(response.content.decode())


def test_editor_opens_a_hidden_group_to_those_who_look_after_it(client_as, hidden):
    for who in ("coordinator", "administrator"):
        for name in ("", "edit/", "view_draft/", "copy/"):
            address = f"/cms/pages/{hidden.pk}/{name}"
            assert (who, address, client_as(who).get(address).status_code) == (who, address, 200)


@pytest.mark.usefixtures("coordinator_elsewhere")
def test_editor_names_a_listed_group_to_others_but_shows_no_draft_of_it(client_as, group):
    client = client_as("stranger")
    assert client.get(f"/cms/pages/{group.pk}/").status_code == 200
    for name in ("view_draft", "history", "usage"):
        response = client.get(f"/cms/pages/{group.pk}/{name}/")
        assert (name, response.status_code, response.url) == (name, 302, "/cms/")


@pytest.mark.parametrize(("who", "is_allowed"), [("coordinator", False), ("administrator", True)])
def test_all_groups_are_copied_or_withdrawn_at_once_by_administrators_alone(client_as, group, who, is_allowed):
    client, parent = client_as(who), group.get_parent()
    copy = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": parent.get_parent().pk, "copy_subpages": "on"}
    by_machine = f"/cms/api/main/pages/{parent.pk}/action/copy/"
    for address in ("/cms/pages/{page}/copy/", "/cms/bulk/wagtailcore/page/unpublish/?id=all&childOf={page}"):
        response = client.get(address.format(page=parent.pk))
        assert (address, response.status_code) == (address, 200 if is_allowed else 302)
    for address, form in ((f"/cms/pages/{parent.pk}/copy/", copy), (by_machine, {"recursive": True, "slug": "again"})):
        client.post(address, form)
        assert (address, WorkingGroup.objects.exclude(pk=group.pk).exists()) == (address, is_allowed)
    Membership.objects.all().delete()
    client.post(f"/cms/pages/{parent.pk}/unpublish/", {"include_descendants": "on"})
    assert is_live(group) is not is_allowed


def test_whoever_copies_a_group_coordinates_the_copy(client_as, group, people):
    form = {"new_title": "Second", "new_slug": "second", "new_parent_page": group.get_parent().pk}
    assert client_as("coordinator").post(f"/cms/pages/{group.pk}/copy/", form).status_code == 302
    copy = WorkingGroup.objects.get(slug="second")
    assert memberships(people["coordinator"]) == [(group.pk, "coordinator"), (copy.pk, "coordinator")]


@pytest.mark.usefixtures("coordinator_elsewhere")
def test_pages_that_are_no_groups_are_asked_about_once(client_as, django_assert_num_queries, people):
    request = RequestFactory().get(f"/cms/pages/{StandardPageFactory().pk}/edit/")
    request.user = people["stranger"]
    request.resolver_match = resolve(request.path)
    assert request.user.has_perm("wagtailadmin.access_admin")
    with django_assert_num_queries(1):
        refused = GroupsInEditorMiddleware(None).process_view(request, *request.resolver_match)
    assert refused is None


@pytest.mark.parametrize(
    ("openness", "who", "is_listed"),
    [
        ("hidden", "stranger", False),
        ("hidden", "coordinator", True),
        ("hidden", "administrator", True),
        ("listed", "stranger", True),
    ],
)
@pytest.mark.usefixtures("coordinator_elsewhere")
def test_editor_names_hidden_groups_to_their_members_alone(client_as, people, group, openness, who, is_listed):
    type(group).objects.filter(pk=group.pk).update(openness=openness)
    group.save_revision(user=people["administrator"], log_action=True)
    index.insert_or_update_object(group)
    request = RequestFactory().get("/cms/")
    request.user = people[who]
    (offered,) = [hook(Page.objects.all(), request) for hook in hooks.get_hooks("construct_page_chooser_queryset")]
    assert offered.filter(pk=group.pk).exists() is is_listed
    for address in (
        f"/cms/pages/{group.get_parent().pk}/results/",
        "/cms/pages/search/results/?q=Innovation",
        f"/cms/api/main/pages/?child_of={group.get_parent().pk}",
    ):
        names = group.title in html.unescape(client_as(who).get(address).content.decode())
        assert (address, names) == (address, is_listed)
    # What the report on everything that was done is made of.
    logged = PageLogEntry.objects.viewable_by_user(people[who]).filter(page=group.pk)
    assert logged.exists() is is_listed


def is_live(group):
    return WorkingGroup.objects.live().filter(pk=group.pk).exists()


def unpublish(client, page):
    """By each of the ways to unpublish it."""
    below = {"include_descendants": "on"}
    yield client.post(f"/cms/pages/{page.pk}/unpublish/", follow=True)
    yield client.post(f"/cms/bulk/wagtailcore/page/unpublish/?id={page.pk}", follow=True)
    yield client.post(f"/cms/pages/{page.get_parent().pk}/unpublish/", below, follow=True)
    yield client.post(f"/cms/bulk/wagtailcore/page/unpublish/?id={page.get_parent().pk}", below, follow=True)


def test_group_with_members_is_not_unpublished(client_as, group):
    client = client_as("administrator")
    # Wagtail's own templates ask for what is not there.
    with mock.patch.object(engines["django"].engine, "string_if_invalid", ""):
        for response in unpublish(client, group):
            assert "Make a group hidden instead" in html.unescape(response.content.decode())
            assert is_live(group)
    assert group.get_parent().live


def test_group_is_unpublished_once_others_have_left(client_as, group, people):
    Membership.objects.exclude(user=people["coordinator"]).delete()
    client_as("coordinator").post(f"/cms/pages/{group.pk}/unpublish/")
    assert not is_live(group)


def test_one_version_of_a_group_is_unpublished_as_long_as_another_stays(client_as, group):
    french, client = translate(group, "fr"), client_as("administrator")
    both = f"/cms/bulk/wagtailcore/page/unpublish/?id={group.pk}&id={french.pk}"
    for address, left in ((both, [True, True]), (f"/cms/pages/{french.pk}/unpublish/", [True, False])):
        client.post(address)
        assert (address, [is_live(group), is_live(french)]) == (address, left)


def test_group_has_no_day_on_which_it_is_unpublished(client_as, group):
    content = client_as("administrator").get(f"/cms/pages/{group.pk}/edit/").content.decode()
    assert 'name="slug"' in content
    assert 'name="expire_at"' not in content


FACTS = ("contact", "openness", "admits_domains", "answer_within_days", "leading_cities", "themes")


def asked_for(client, page):
    """Which of the facts of a group its edit page asks for."""
    content = client.get(f"/cms/pages/{page.pk}/edit/").content.decode()
    return [name for name in FACTS if re.search(rf'name="{name}"', content)], html.unescape(content)


def test_facts_are_asked_for_on_the_original_alone(client_as, group):
    client, french = client_as("coordinator"), translate(group, "fr")
    CityFactory(), ConceptFactory()
    asked, _content = asked_for(client, group)
    assert asked == list(FACTS)
    asked, content = asked_for(client, french)
    assert asked == []
    assert f'href="/cms/pages/{group.pk}/edit/">Go to the original' in content


def test_translation_is_published_with_its_words(client_as, group):
    french = translate(group, "fr", title="Groupe")
    form = {"title": "Autre", "slug": french.slug, "summary": "", "openness": "open", "body-count": "0"}
    response = client_as("coordinator").post(f"/cms/pages/{french.pk}/edit/", form | {"action-publish": "1"})
    assert response.status_code == 302
    french.refresh_from_db()
    assert (french.title, french.openness) == ("Autre", group.openness)


def test_facts_of_a_translation_are_changed_on_it_once_its_original_is_gone(client_as, group):
    french = translate(group, "fr")
    Page.objects.get(pk=group.pk).delete()
    asked, _content = asked_for(client_as("administrator"), french)
    assert "openness" in asked


@pytest.mark.parametrize("language", ["en", "fr"])
def test_edit_page_of_a_group_leads_to_its_members_and_invitations(client_as, hidden, language):
    page = hidden if language == "en" else translate(hidden, language)
    client = client_as("administrator")
    content = html.unescape(client.get(f"/cms/pages/{page.pk}/edit/").content.decode())
    for name in ("members", "requests", "invite"):
        address = reverse(f"groups:{name}", args=[hidden.pk])
        assert f'href="{address}"' in content
        assert client.get(address).status_code == 200


def test_editor_has_no_other_word_on_who_sees_a_page_than_its_visibility(client_as, hidden):
    content = client_as("administrator").get(f"/cms/pages/{hidden.pk}/edit/").content.decode()
    assert "Visible to all" not in content
    assert "Page visibility" not in content


def test_whoever_makes_a_group_in_the_editor_coordinates_it(client_as, coordinator_elsewhere):
    index = WorkingGroupIndexPage.objects.get(locale__language_code="en")
    form = {
        "title": "New group",
        "slug": "new-group",
        "summary": "",
        "contact": "",
        "openness": "listed",
        "answer_within_days": "7",
        "body-count": "0",
        "action-publish": "1",
    }
    response = client_as("stranger").post(f"/cms/pages/add/groups/workinggroup/{index.pk}/", form)
    assert response.status_code == 302
    group = WorkingGroup.objects.get(slug="new-group")
    assert is_coordinator(coordinator_elsewhere, group)
