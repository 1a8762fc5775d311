"""The letters by which guests of a thread get what is asked of them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from common.languages import complete_order
from common.markdown import blockquote
from discussions.gone_quotations import words_of
from discussions.guests import concerns, guest_address, guest_stop_address, named_group, version_for
from discussions.models import Post, ThreadGuest
from discussions.notices import mail_headers
from discussions.reply_addresses import reply_address
from members.models import City
from notifications.messages import Addressee, Message
from notifications.reply_line import reply_line
from notifications.stopping import stop_headers


class GuestLetter(Message):
    """One post to one guest, who can answer by mail or on a page of his or her own."""

    kind = "guest-question"
    label = _("A question to somebody whom a sheet names")
    is_asked_for = True
    template = "emails/discussions/guest.txt"

    def __init__(self, *, post: Post, guest: ThreadGuest) -> None:
        self.post, self.guest, self.thread = post, guest, post.thread

    def recipients(self) -> list[Addressee]:
        return [guest_addressee(self.guest)]

    @property
    def key(self) -> str:
        return str(self.post.pk)

    @property
    def is_first(self) -> bool:
        """Whether it brings the question itself, not what was said later."""
        return self.post.begins_thread

    @property
    def call(self) -> Any:
        return getattr(self.thread, "call", None)

    @property
    def reply_to(self) -> str:
        return reply_address(self.post, self.guest)

    @property
    def answer_address(self) -> str:
        return guest_address(self.guest)

    def stop_address(self, recipient: Any) -> str:
        return guest_stop_address(self.guest)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return {
            "stop_address": self.stop_address(recipient),
            "about": version_for(self.thread.about, recipient.languages),
            "group": named_group(self.thread, recipient.languages),
            "reply_line": reply_line(),
            "quotation": blockquote(words_of(self.post)),
            "writer": name_and_city(str(self.post.author or ""), self.post.city),
        }

    def headers(self, recipient: Any) -> dict[str, str]:
        headers = {**mail_headers(self.post), **stop_headers(self.stop_address(recipient))}
        return {**headers, "Reply-To": self.reply_to} if self.reply_to else headers


def name_and_city(name: str, city: City | None) -> str:
    """``Ada Rossi (Turin)``, in the language of the moment; the name alone of whoever has no city."""
    return f"{name} ({city})" if name and city else name or str(city or "–")


def guest_addressee(guest: ThreadGuest) -> Addressee:
    return Addressee(
        key=f"guest-{guest.pk}", email=guest.email, name=guest.name, languages=complete_order(guest.languages)
    )


def tell_guests(post: Post) -> None:
    """Send ``post`` to the guests of its thread whom it concerns; called twice, nobody gets it twice.

    In the caller's transaction.
    """
    for guest in post.thread.guests.filter(stopped_at=None).select_related("thread"):
        if post.guest_id != guest.pk and concerns(guest, post):
            GuestLetter(post=post, guest=guest).send()
