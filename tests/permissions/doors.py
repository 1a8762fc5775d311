"""The doors of the portal: for each permission, the real ways to do what it allows.

A door tries, as a browser does, and says whether it went through. One that changes something looks into the database.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any
from unittest import mock

from django.db import models
from django.http import HttpResponse
from django.template import engines
from django.urls import reverse

from discussions.actions.posting import add_post
from discussions.models import AnswerOffer, Post, PostAttachment, Report, Thread
from events.models import Event, EventPage, Material, Registration
from groups.models import JoinRequest, WorkingGroup
from members.models import City, User
from portal.models import StandardPage
from practices.models import Adoption, Attachment, Collection, PracticeSheet, ReviewState, SheetVersion
from practices.reviewing import open_review_of
from search.models import SavedSearch
from taxonomy.models import Concept
from tests.factories import UserFactory
from tests.permissions.world import World
from tests.practices.sent_forms import sent_by

Door = Callable[[World, str, Any], bool]

DOORS: dict[str, dict[str, Door]] = defaultdict(dict)
"""By the key of the permission, then by the name of the door."""

REFUSALS = {302, 403, 404, 405, 409, 422}
"""How the portal says no: a way to the login, a reason, nothing there, not now."""


def door(model: type[models.Model] | None, action: str) -> Callable[[Door], Door]:
    def register(function: Door) -> Door:
        key = f"{model._meta.label_lower if model else 'portal'}: {action}"
        DOORS[key][function.__name__.replace("_", " ")] = function
        return function

    return register


def opens(response: HttpResponse) -> bool:
    """Whether the screen is there. Raises AssertionError where the answer is neither yes nor a proper no."""
    assert response.status_code == 200 or response.status_code in REFUSALS, response.status_code
    if response.streaming:
        # Read to its end, a file is closed; closing the response would close the connection that the world stands in.
        b"".join(response)
    return response.status_code == 200


def in_editor(world: World, who: str, address: str) -> HttpResponse:
    """A screen of the editor: Wagtail's own templates ask for what is not there."""
    with mock.patch.object(engines["django"].engine, "string_if_invalid", ""):
        return world.page(who, address)


def names(response: HttpResponse, words: str) -> bool:
    return opens(response) and words in response.content.decode()


def leads_on(response: HttpResponse) -> bool:
    """Whether it leads somewhere else than to the login."""
    assert response.status_code in REFUSALS, response.status_code
    return response.status_code == 302 and "/login/" not in response["Location"]


def is_done(response: HttpResponse, done: bool) -> bool:
    """``done`` is what the database says after a POST; the answer has to agree."""
    assert done or response.status_code in REFUSALS, response.status_code
    assert not done or leads_on(response), response.status_code
    return done


# ---------------------------------------------------------------- the portal as a whole


@door(None, "open a page of one’s own: what waits, what is new")
def own_page(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/my/"))


@door(None, "open the queue")
def queue(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/queue/"))


@door(None, "open the queue")
def menu(world: World, who: str, thing: None) -> bool:
    return names(world.page(who, "/en/"), 'href="/en/queue/"')


@door(None, "open the editor")
def editor(world: World, who: str, thing: None) -> bool:
    return opens(in_editor(world, who, "/cms/"))


@door(None, "keep people and settings")
def list_of_people(world: World, who: str, thing: None) -> bool:
    return opens(in_editor(world, who, "/cms/users/"))


@door(None, "see the addresses that take no mail")
def list_of_addresses(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, reverse("notifications:troubles")))


@door(None, "call to the network")
def form_of_call(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, reverse("new_call")))


@door(None, "see the list of people")
def list_of_members_of_the_network(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, reverse("people")))


@door(None, "begin a sheet, make a collection")
def form_to_begin_a_sheet(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/sheets/new/"))


@door(None, "begin a sheet, make a collection")
def form_to_make_a_collection(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/sheets/collections/new/"))


@door(None, "save searches")
def list_of_own_searches(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/search/saved/"))


@door(StandardPage, "change it, publish it")
def page_in_the_editor(world: World, who: str, page: StandardPage) -> bool:
    return opens(in_editor(world, who, f"/cms/pages/{page.pk}/edit/"))


@door(None, "announce an event")
def form_to_announce(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, "/en/meetings/announce/"))


@door(None, "see what is searched in vain, judge what is found")
def list_of_searches_in_vain(world: World, who: str, thing: None) -> bool:
    return opens(in_editor(world, who, "/cms/missed-searches/"))


@door(None, "keep people and settings")
def membership_in_the_editor(world: World, who: str, thing: None) -> bool:
    somebody = UserFactory()
    answers = {"user": somebody.pk, "group": world.group.pk, "role": "member"}
    response = world.client(who).post("/cms/snippets/groups/membership/add/", answers)
    return is_done(response, somebody.memberships.exists())


# ---------------------------------------------------------------- groups and people


@door(WorkingGroup, "learn of it, read its page")
def page_of_group(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, group.url))


@door(WorkingGroup, "learn of it, read its page")
def list_of_groups(world: World, who: str, group: WorkingGroup) -> bool:
    return names(world.page(who, "/en/groups/"), group.title)


@door(WorkingGroup, "learn of it, read its page")
def home(world: World, who: str, group: WorkingGroup) -> bool:
    return names(world.page(who, "/en/"), group.title)


@door(WorkingGroup, "see its discussions, open one")
def form_for_a_thread(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("discussions:new_thread", args=[group.pk])))


@door(WorkingGroup, "see its discussions, open one")
def new_thread(world: World, who: str, group: WorkingGroup) -> bool:
    address = reverse("discussions:new_thread", args=[group.pk])
    answers = {"title": "Lamps again", "text": "Which ones?", "language": "en"}
    response = world.client(who).post(address, answers)
    return is_done(response, Thread.objects.filter(title="Lamps again").exists())


@door(WorkingGroup, "join it or ask to")
def form_to_join(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:join", args=[group.pk])))


@door(WorkingGroup, "see the list of its members")
def list_of_members(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:members", args=[group.pk])))


@door(WorkingGroup, "look after its members, requests and invitations, read its log")
def list_of_requests(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:requests", args=[group.pk])))


@door(WorkingGroup, "look after its members, requests and invitations, read its log")
def form_to_invite(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:invite", args=[group.pk])))


@door(WorkingGroup, "look after its members, requests and invitations, read its log")
def audit(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:audit", args=[group.pk])))


@door(WorkingGroup, "look after its members, requests and invitations, read its log")
def audit_as_a_table(world: World, who: str, group: WorkingGroup) -> bool:
    return opens(world.page(who, reverse("groups:audit_table", args=[group.pk])))


@door(None, "read what was decided for the whole network")
def log_of_the_network(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, reverse("groups:network_audit")))


@door(None, "read what was decided for the whole network")
def log_of_the_network_as_a_table(world: World, who: str, thing: None) -> bool:
    return opens(world.page(who, reverse("groups:network_audit_table")))


@door(JoinRequest, "answer it")
def declining_a_request(world: World, who: str, request: JoinRequest) -> bool:
    answers = {"answer": "decline", "decline-reason": "Not now."}
    response = world.client(who).post(reverse("groups:request", args=[request.pk]), answers)
    return is_done(response, JoinRequest.objects.get(pk=request.pk).status == "declined")


@door(JoinRequest, "answer it")
def request_in_the_queue(world: World, who: str, request: JoinRequest) -> bool:
    return names(world.page(who, "/en/queue/?kind=request"), request.full_name)


@door(User, "see the person named: on the page of the city, in the list of people, on a page")
def page_of_city(world: World, who: str, person: User) -> bool:
    return names(world.page(who, person.city.get_absolute_url()), person.get_full_name())


@door(User, "see the person named: on the page of the city, in the list of people, on a page")
def page_of_person(world: World, who: str, person: User) -> bool:
    return opens(world.page(who, reverse("person", args=[person.pk])))


@door(Concept, "change it, add others")
def concept_in_the_editor(world: World, who: str, concept: Concept) -> bool:
    return opens(in_editor(world, who, f"/cms/snippets/taxonomy/concept/edit/{concept.pk}/"))


@door(Concept, "delete it")
def deleting_a_concept(world: World, who: str, concept: Concept) -> bool:
    response = world.client(who).post(f"/cms/snippets/taxonomy/concept/delete/{concept.pk}/")
    return is_done(response, not Concept.objects.filter(pk=concept.pk).exists())


# ---------------------------------------------------------------- sheets


@door(PracticeSheet, "read it")
def page_of_sheet(world: World, who: str, sheet: PracticeSheet) -> bool:
    return opens(world.page(who, sheet.url))


@door(PracticeSheet, "read it")
def permanent_address(world: World, who: str, sheet: PracticeSheet) -> bool:
    return leads_on(world.client(who).get(reverse("practices:permanent", args=[sheet.practice_id])))


@door(PracticeSheet, "read it")
def list_of_sheets(world: World, who: str, sheet: PracticeSheet) -> bool:
    return names(world.page(who, "/en/practices/"), sheet.title)


@door(PracticeSheet, "read it")
def city_of_sheet(world: World, who: str, sheet: PracticeSheet) -> bool:
    return names(world.page(who, sheet.city.get_absolute_url()), sheet.title)


@door(PracticeSheet, "preview it, see where it stands")
def preview(world: World, who: str, sheet: PracticeSheet) -> bool:
    return opens(world.page(who, reverse("practices:preview", args=[sheet.pk])))


@door(PracticeSheet, "preview it, see where it stands")
def where_it_stands(world: World, who: str, sheet: PracticeSheet) -> bool:
    return opens(world.page(who, reverse("practices:status", args=[sheet.pk])))


@door(PracticeSheet, "write on it now")
def form_of_sheet(world: World, who: str, sheet: PracticeSheet) -> bool:
    """Sent as whoever may always write would send it: with all that the form gives out."""
    address = reverse("practices:write", args=[sheet.pk])
    data = {**sent_by(world.page("administrator", address)), "title": "Words of another"}
    response = world.client(who).post(address, data)
    written = PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object().title == "Words of another"
    return is_done(response, written)


@door(PracticeSheet, "decide on it under review")
def sending_back(world: World, who: str, sheet: PracticeSheet) -> bool:
    review = open_review_of(sheet)
    revision = sheet.get_latest_revision()
    answers = {"decision": "send-back", "comment": "Say more.", "revision": revision.pk}
    response = world.client(who).post(reverse("practices:review", args=[review.pk]), answers)
    return is_done(response, ReviewState.objects.get(pk=review.pk).status == "rejected")


@door(PracticeSheet, "delete it")
def throwing_away(world: World, who: str, sheet: PracticeSheet) -> bool:
    response = world.client(who).post(reverse("practices:delete", args=[sheet.pk]))
    return is_done(response, not PracticeSheet.objects.filter(pk=sheet.pk).exists())


@door(SheetVersion, "read it")
def page_of_version(world: World, who: str, version: SheetVersion) -> bool:
    numbers = [version.sheet.practice_id, "en", version.number]
    return opens(world.page(who, reverse("practices:version", args=numbers)))


@door(Attachment, "fetch its file")
def file_of_sheet(world: World, who: str, attachment: Attachment) -> bool:
    return opens(world.page(who, attachment.document.url))


# ---------------------------------------------------------------- adoptions and collections


def _said(**changed: Any) -> dict[str, Any]:
    return {"language": "en", "year": 2020, "outcome": "running", "changes": "", "result": "", **changed}


@door(City, "record what it took over")
def recording(world: World, who: str, city: City) -> bool:
    practice = world.of(PracticeSheet)["public, of no group"].practice
    response = world.client(who).post(reverse("practices:adopt", args=[practice.pk]), _said(city=city.pk))
    # Members who name another city record for their own.
    found = Adoption.objects.filter(practice=practice, city=city).exists()
    assert found or response.status_code in REFUSALS, response.status_code
    return found


@door(Adoption, "see it")
def page_of_adoption(world: World, who: str, adoption: Adoption) -> bool:
    return opens(world.page(who, adoption.get_absolute_url()))


@door(Adoption, "see it")
def city_that_took_over(world: World, who: str, adoption: Adoption) -> bool:
    page = world.page(who, adoption.city.get_absolute_url())
    return names(page, reverse("practices:adoption", args=[adoption.pk]))


@door(Adoption, "change it, withdraw it")
def form_of_adoption(world: World, who: str, adoption: Adoption) -> bool:
    return opens(world.page(who, reverse("practices:change_adoption", args=[adoption.pk])))


@door(Adoption, "change it, withdraw it")
def withdrawing(world: World, who: str, adoption: Adoption) -> bool:
    response = world.client(who).post(reverse("practices:withdraw_adoption", args=[adoption.pk]))
    return is_done(response, not Adoption.objects.filter(pk=adoption.pk).exists())


@door(Adoption, "confirm or decline it")
def declining(world: World, who: str, adoption: Adoption) -> bool:
    address = reverse("practices:decline_adoption", args=[adoption.pk])
    response = world.client(who).post(address, {"answer": "Say more."})
    return is_done(response, Adoption.objects.get(pk=adoption.pk).answer == "Say more.")


@door(Collection, "see it")
def page_of_collection(world: World, who: str, collection: Collection) -> bool:
    return opens(world.page(who, collection.get_absolute_url()))


@door(Collection, "change it")
def form_of_collection(world: World, who: str, collection: Collection) -> bool:
    answers = {"title": "Renamed", "description": "", "language": "en", "is_public": "no"}
    response = world.client(who).post(reverse("practices:edit_collection", args=[collection.pk]), answers)
    return is_done(response, Collection.objects.get(pk=collection.pk).title == "Renamed")


# ---------------------------------------------------------------- events


@door(EventPage, "read it")
def page_of_event(world: World, who: str, page: EventPage) -> bool:
    return opens(world.page(who, page.url))


@door(EventPage, "read it")
def list_of_events(world: World, who: str, page: EventPage) -> bool:
    return names(world.page(who, "/en/events/"), page.title)


@door(EventPage, "read it")
def calendar_entry(world: World, who: str, page: EventPage) -> bool:
    return opens(world.page(who, reverse("events:event_file", args=[page.event_id])))


@door(Event, "look after it: facts, words, programme, people, letters")
def desk_of_event(world: World, who: str, event: Event) -> bool:
    return opens(world.page(who, reverse("events:manage", args=[event.pk])))


@door(Event, "look after it: facts, words, programme, people, letters")
def people_of_event(world: World, who: str, event: Event) -> bool:
    return opens(world.page(who, reverse("events:manage_people", args=[event.pk])))


@door(Event, "look after it: facts, words, programme, people, letters")
def table_of_people(world: World, who: str, event: Event) -> bool:
    return opens(world.page(who, reverse("events:manage_people_export", args=[event.pk, "csv"])))


@door(Event, "see where to join it online")
def address_on_the_page_or_among_the_facts(world: World, who: str, event: Event) -> bool:
    return names(world.page(who, event.pages.get().url), event.join_url) or names(
        world.page(who, reverse("events:manage_facts", args=[event.pk])), event.join_url
    )


@door(Material, "get it")
def material(world: World, who: str, found: Material) -> bool:
    return leads_on(world.client(who).get(reverse("events:material", args=[found.event_id, found.pk])))


@door(Registration, "see it")
def list_of_registrations(world: World, who: str, registration: Registration) -> bool:
    return names(world.page(who, reverse("events:manage_people", args=[registration.event_id])), registration.name)


@door(Registration, "admit the person, decline, cancel")
def admitting(world: World, who: str, registration: Registration) -> bool:
    address = reverse("events:manage_admit", args=[registration.event_id, registration.pk])
    response = world.client(who).post(address)
    return is_done(response, Registration.objects.get(pk=registration.pk).status == "enrolled")


# ---------------------------------------------------------------- discussions


@door(Thread, "read it")
def page_of_thread(world: World, who: str, thread: Thread) -> bool:
    return opens(world.page(who, thread.get_absolute_url()))


@door(Thread, "read it")
def latest_threads(world: World, who: str, thread: Thread) -> bool:
    return names(world.page(who, "/en/"), thread.title)


@door(Thread, "reply")
def reply(world: World, who: str, thread: Thread) -> bool:
    response = world.client(who).post(thread.get_absolute_url(), {"text": "A reply.", "language": "en"})
    return is_done(response, thread.posts.filter(source="A reply.").exists())


@door(Thread, "look after it: pin, close, move, merge, split")
def question_in_the_queue(world: World, who: str, thread: Thread) -> bool:
    return names(world.page(who, "/en/queue/?kind=unanswered"), thread.title)


@door(Post, "read it")
def words_of_post(world: World, who: str, post: Post) -> bool:
    return names(world.page(who, post.thread.get_absolute_url()), f'id="post-{post.pk}"')


@door(Thread, "mark the answer")
def marking(world: World, who: str, thread: Thread) -> bool:
    post = add_post(thread=thread, author=world.users["elsewhere"], text="Warm ones.", language="en")
    response = world.client(who).post(reverse("discussions:mark_answer", args=[post.pk]))
    marked = Thread.objects.get(pk=thread.pk).answer_id == post.pk
    assert marked or response.status_code in REFUSALS, response.status_code
    return marked


@door(Thread, "ask a poll in it")
def form_of_poll(world: World, who: str, thread: Thread) -> bool:
    return opens(world.page(who, reverse("discussions:ask_poll", args=[thread.pk])))


@door(Thread, "look after it: pin, close, move, merge, split")
def pinning(world: World, who: str, thread: Thread) -> bool:
    response = world.client(who).post(reverse("discussions:pin_thread", args=[thread.pk]))
    return is_done(response, Thread.objects.get(pk=thread.pk).is_pinned)


@door(Thread, "look after it: pin, close, move, merge, split")
def closing(world: World, who: str, thread: Thread) -> bool:
    response = world.client(who).post(reverse("discussions:close_thread", args=[thread.pk]))
    return is_done(response, Thread.objects.get(pk=thread.pk).is_closed)


@door(Post, "read it")
def lasting_address(world: World, who: str, post: Post) -> bool:
    return leads_on(world.client(who).get(reverse("discussions:post", args=[post.pk])))


@door(Post, "change it")
def changing(world: World, who: str, post: Post) -> bool:
    answers = {"text": "Changed words.", "title": post.thread.title, "language": "en", "versions_seen": 0}
    response = world.client(who).post(reverse("discussions:change_post", args=[post.pk]), answers)
    return is_done(response, Post.objects.get(pk=post.pk).source == "Changed words.")


@door(Post, "take it back")
def taking_back(world: World, who: str, post: Post) -> bool:
    response = world.client(who).post(reverse("discussions:withdraw_post", args=[post.pk]))
    return is_done(response, Post.objects.get(pk=post.pk).withdrawn_at is not None)


@door(Post, "read what it said before")
def former_versions(world: World, who: str, post: Post) -> bool:
    return opens(world.page(who, reverse("discussions:post_versions", args=[post.pk])))


@door(Post, "correct its language")
def language_of_post(world: World, who: str, post: Post) -> bool:
    response = world.client(who).post(reverse("discussions:post_language", args=[post.pk]), {"language": "de"})
    return is_done(response, Post.objects.get(pk=post.pk).language == "de")


@door(Post, "report it")
def reporting(world: World, who: str, post: Post) -> bool:
    address = reverse("discussions:report_post", args=[post.pk])
    response = world.client(who).post(address, {"reason": "hurtful", "words": "Mine."})
    return is_done(response, post.reports.filter(words="Mine.").exists())


@door(Post, "hide it, show it again")
def hiding(world: World, who: str, post: Post) -> bool:
    response = world.client(who).post(
        reverse("discussions:hide_post", args=[post.pk]), {"reason": "hurtful", "statement": "It hurts."}
    )
    return is_done(response, Post.objects.get(pk=post.pk).hidden_at is not None)


@door(PostAttachment, "fetch it")
def file_of_post(world: World, who: str, attachment: PostAttachment) -> bool:
    return opens(world.page(who, reverse("discussions:attachment", args=[attachment.pk])))


@door(Report, "read it")
def page_of_report(world: World, who: str, report: Report) -> bool:
    return opens(world.page(who, reverse("discussions:report", args=[report.pk])))


@door(Report, "decide on it")
def deciding(world: World, who: str, report: Report) -> bool:
    answers = {"decision": "hidden", "statement": "It hurts."}
    response = world.client(who).post(reverse("discussions:report", args=[report.pk]), answers)
    decided = Report.objects.get(pk=report.pk).decision == "hidden"
    assert decided or response.status_code in {*REFUSALS, 200}, response.status_code
    return decided


@door(Report, "decide on it")
def report_in_the_queue(world: World, who: str, report: Report) -> bool:
    return names(world.page(who, "/en/queue/?kind=report"), reverse("discussions:report", args=[report.pk]))


@door(AnswerOffer, "agree that it stands on the sheet, or refuse")
def refusing(world: World, who: str, offer: AnswerOffer) -> bool:
    response = world.client(who).post(reverse("own_answer", args=[offer.pk]), {"decision": "refuse"})
    return is_done(response, AnswerOffer.objects.get(pk=offer.pk).status == "refused")


@door(PracticeSheet, "ask its city about it")
def form_to_ask(world: World, who: str, sheet: PracticeSheet) -> bool:
    return opens(world.page(who, reverse("ask_city", args=[sheet.practice_id])))


# ---------------------------------------------------------------- searches


@door(SavedSearch, "open it, change it")
def form_of_search(world: World, who: str, search: SavedSearch) -> bool:
    return opens(world.page(who, reverse("search:edit_saved_search", args=[search.pk])))


@door(SavedSearch, "open it, change it")
def pausing(world: World, who: str, search: SavedSearch) -> bool:
    response = world.client(who).post(reverse("search:pause_saved_search", args=[search.pk]), {"paused": "1"})
    return is_done(response, SavedSearch.objects.get(pk=search.pk).is_paused)


@door(SavedSearch, "open it, change it")
def deleting(world: World, who: str, search: SavedSearch) -> bool:
    response = world.client(who).post(reverse("search:delete_saved_search", args=[search.pk]))
    return is_done(response, not SavedSearch.objects.filter(pk=search.pk).exists())
