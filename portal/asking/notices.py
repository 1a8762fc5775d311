"""What notices of calls say besides the question: until when answers are wanted, and which sheet brought a city in."""

from collections.abc import Collection
from dataclasses import replace

from django.db.models import F
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words
from common.languages import best_versions, complete_order, current_language
from discussions.models import Call, CallAddressee
from discussions.notices import PostNotice
from members.models import User
from notifications.models import Frequency
from notifications.notices import Item, pks_in
from practices.models import PracticeSheet


class CallPostNotice(PostNotice):
    """Tells of the post with which a call begins, and leads to the call's own page."""

    @classmethod
    def read(cls, subjects: Collection[str], user: User) -> dict[str, Item]:
        items = super().read(subjects, user)
        calls = Call.objects.visible_to(user).filter(thread__posts__in=pks_in(items, "post"))
        by_subject = {f"post:{call.post_pk}": call for call in calls.annotate(post_pk=F("thread__posts"))}
        titles = _titles_of_sheets(by_subject.values(), user)
        return {
            subject: _with_call(item, by_subject[subject], titles) if subject in by_subject else item
            for subject, item in items.items()
        }


class CityCallNotice(CallPostNotice):
    kind = "call-city"
    label = _("A call to the network that names your city")
    reason = _("You get this because a call to the network names your city.")
    frequency = Frequency.AT_ONCE


class CallNotice(CallPostNotice):
    kind = "call"
    label = _("A call to the network")
    reason = _("You get this because every member hears of calls to the network.")
    frequency = Frequency.WEEKLY


def _with_call(item: Item, call: Call, titles: dict[int, str]) -> Item:
    deadline = _now("Answers are wanted until %(day)s.") % {"day": day_in_words(call.deadline)}
    title = titles.get(call.pk)
    sheet = _now("Your city is asked because of its practice sheet “%(title)s”.") % {"title": title} if title else ""
    said = [deadline if call.is_open else "", sheet, item.note]
    return replace(item, address=call.get_absolute_url(), note=" ".join(filter(None, said)))


def _titles_of_sheets(calls: Collection[Call], user: User) -> dict[int, str]:
    """By call, the title of the sheet for which the city of ``user`` is asked, as far as ``user`` may read it."""
    if not calls or user.city_id is None:
        return {}
    asked = CallAddressee.objects.filter(call__in=calls, city=user.city_id, practice_number__isnull=False)
    numbers = dict(asked.order_by().values_list("call", "practice_number"))
    sheets = PracticeSheet.objects.visible_to(user).filter(practice__in=numbers.values())
    best = best_versions(sheets, complete_order((current_language(), *user.languages)))
    titles = dict(best.values_list("practice", "title")) if numbers else {}
    return {call: titles[number] for call, number in numbers.items() if number in titles}
