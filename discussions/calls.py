"""A call as its page shows it: what the cities answered, and which of those asked have not yet."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.http import Http404

from discussions.models import Call, CallAddressee, Post
from discussions.permissions import moderates
from groups.permissions import Reader
from members.models import City, CityName, User
from taxonomy.queries import preferred_labels


@dataclass(slots=True)
class CityAnswers:
    """What came from one city, in the order in which it came; ``city`` is None for people of none."""

    city: City | None
    posts: list[Post] = field(default_factory=list)
    is_asked: bool = False
    """Whether the call asks it in particular."""

    @property
    def authors(self) -> list[str]:
        return list(dict.fromkeys(str(post.author or post.guest) for post in self.posts if post.author or post.guest))


@dataclass(frozen=True, slots=True)
class Answers:
    """``answered`` in the order of the first answers; ``waiting`` are the cities asked that have not answered."""

    question: Post | None
    answered: list[CityAnswers]
    waiting: list[CallAddressee]

    @property
    def cities(self) -> list[City]:
        return [each.city for each in self.answered if each.city]


def answers_of(call: Call) -> Answers:
    """What others than the people of the asker's own city said, by city. Nothing that was hidden or withdrawn."""
    posts = list(
        call.thread.posts.standing()
        .select_related("author", "guest", "city")
        .prefetch_related(preferred_labels("city__labels", CityName))
    )
    first = call.thread.first_post_pk
    addressees = list(
        call.addressees.select_related("city").prefetch_related(preferred_labels("city__labels", CityName))
    )
    asked = {addressee.city_id for addressee in addressees}
    by_city: defaultdict[int | None, list[Post]] = defaultdict(list)
    for post in posts:
        if post.pk != first and not _is_own(call, post):
            by_city[post.city_id].append(post)
    answered = [CityAnswers(found[0].city, found, city in asked) for city, found in by_city.items()]
    # Those of no city last.
    answered.sort(key=lambda each: each.city is None)
    return Answers(
        question=next((post for post in posts if post.pk == first), None),
        answered=answered,
        waiting=[addressee for addressee in addressees if addressee.city_id not in by_city],
    )


def _is_own(call: Call, post: Post) -> bool:
    """Whether the asker, or somebody of the asker's city, wrote ``post``."""
    is_askers = post.author_id is not None and post.author_id == call.thread.author_id
    return is_askers or (post.city_id is not None and post.city_id == call.thread.city_id)


# ---------------------------------------------------------------- who may


def get_call(user: Reader, pk: int) -> Call:
    """Raises Http404 to whoever may not see it."""
    calls = Call.objects.visible_to(user).select_related("thread__author", "thread__city")
    call = calls.filter(pk=pk).first()
    if call is None:
        raise Http404
    return call


def open_calls_of(user: User) -> QuerySet[Call]:
    """The calls of ``user`` that nobody has summed up yet, the oldest first."""
    return Call.objects.open().filter(thread__author=user).select_related("thread").order_by("pk")


def looks_after(user: Reader, call: Call) -> bool:
    """Whether ``user`` may end the call and make sheets of it: who called, and who looks after the thread."""
    is_asker = call.thread.author_id is not None and call.thread.author_id == user.pk
    return is_asker or moderates(user, call.thread)
