"""Who is told of a thing, who finds it and who is counted as its reader: the same people as the table says read it."""

import pytest

from discussions.models import Thread
from events.models import Event, EventPage
from groups.permissions import audiences_of, readers_of
from practices.models import PracticeSheet
from practices.queries import sheet_cards
from tests.permissions.table import FILE, read
from tests.permissions.world import PERSONAS, VISITORS


def readers(model, variant):
    """Whoever reads it, as the documentation says."""
    return {who for who, may in read(FILE.read_text())[f"{model._meta.label} | read it | {variant}"].items() if may}


def told(world, thing):
    people = set(readers_of(thing).values_list("pk", flat=True))
    return {who for who, user in world.users.items() if user.pk in people}


@pytest.mark.parametrize(
    ("model", "variants"),
    [
        (PracticeSheet, ("public", "for the network", "for the group", "for another group")),
        (Thread, ("of the group", "of the network", "of another group", "closed, of the group")),
    ],
)
def test_mail_goes_to_those_who_may_read_and_have_an_account(world, model, variants):
    things = world.of(model)
    assert {variant: told(world, things[variant]) for variant in variants} == {
        variant: readers(model, variant) - VISITORS for variant in variants
    }


def test_mail_about_an_event_goes_to_those_who_may_read_its_page(world):
    for variant in ("public", "for the network", "for the group", "for another group"):
        event = world.of(Event)[variant]
        assert told(world, event) == readers(EventPage, variant) - VISITORS, variant


@pytest.mark.parametrize("model", [PracticeSheet, EventPage, Thread])
def test_search_gives_each_thing_to_those_who_may_read_it(world, model):
    """The index knows audiences alone; what is not published is not in it."""
    for variant, thing in world.of(model).items():
        if getattr(thing, "live", True) and "draft" not in variant:
            found = {who for who in PERSONAS if thing.audience in audiences_of(world.person(who))}
            assert found == readers(model, variant), variant


@pytest.mark.parametrize("who", PERSONAS)
def test_lists_count_what_each_person_may_read(world, who, rf):
    request = rf.get("/en/")
    request.user = world.person(who)
    request.LANGUAGE_CODE = "en"
    variants = world.of(PracticeSheet)
    expected = sum(who in readers(PracticeSheet, variant) for variant in variants)
    assert sheet_cards(request).count() == expected
    assert PracticeSheet.objects.visible_to(world.person(who)).count() == expected


@pytest.mark.parametrize("who", PERSONAS)
def test_no_screen_of_the_desk_names_what_a_person_may_not_read(world, who):
    """Queue and own page join everything, so that they could give everything away."""
    said = "".join(
        world.page(who, address).content.decode()
        for address in ("/en/my/", "/en/queue/", "/en/")
        if who not in VISITORS
    )
    unreadable = [thread.title for variant, thread in world.of(Thread).items() if who not in readers(Thread, variant)]
    assert [title for title in unreadable if title in said] == []
