"""Addresses at which posts are answered by mail: ``replies+3k-u7-mfzwizltoq2tkmrx@portal.example.org``.

What stands between ``+`` and ``@`` names the post and the person, and is signed. It has small letters, digits and
hyphens only, as some mail servers fold case, and fits into the 64 characters that a local part may have.
"""

import base64
import re
from dataclasses import dataclass

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from discussions.models import Post, ThreadGuest
from members.models import User

_SALT = "discussions.reply"
_SIGNATURE_BYTES = 10
_TOKEN = re.compile(r"([0-9a-z]{1,13})-([ug])([0-9a-z]{1,13})-([a-z2-7]{16})")
_LARGEST = 2**63 - 1

Person = User | ThreadGuest


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What a signed address says: ``person`` answers ``post``."""

    post: Post
    person: Person


def reply_address(post: Post, person: Person) -> str:
    """Where ``person`` answers ``post`` by mail; empty if the portal takes no mail in.

    It ends when the person's own address changes, as whoever has the former mailbox may be somebody else.
    """
    if not settings.REPLY_ADDRESS:
        return ""
    kind = "g" if isinstance(person, ThreadGuest) else "u"
    name = f"{int_to_base36(post.pk)}-{kind}{int_to_base36(person.pk)}"
    local, _at, domain = settings.REPLY_ADDRESS.rpartition("@")
    return f"{local}+{name}-{_signature(name, person, settings.SECRET_KEY)}@{domain}"


def is_reply_address(address: str) -> bool:
    """Whether mail to ``address`` is for the portal: with a token, a damaged one, or none."""
    return _token_in(address) is not None


def has_token(address: str) -> bool:
    return bool(_token_in(address))


def read_reply_address(address: str) -> ReplyTo | None:
    """What the address was made for; None if the portal did not make it so, or the post or person are gone."""
    found = _TOKEN.fullmatch(_token_in(address) or "")
    if found is None:
        return None
    post_pk, person_pk = base36_to_int(found[1]), base36_to_int(found[3])
    if max(post_pk, person_pk) > _LARGEST:
        return None
    person = _person(found[2], person_pk)
    if person is None or not _is_signed(found[0].rpartition("-")[0], person, found[4]):
        return None
    post = Post.objects.select_related("thread__group", "thread__merged_into__group").filter(pk=post_pk).first()
    return ReplyTo(post, person) if post else None


def hide_tokens(text: str) -> str:
    """``text`` without the signed parts of reply addresses: who quotes one does not give it away."""
    return re.sub(rf"\+{_TOKEN.pattern}(?=@)", "", text, flags=re.IGNORECASE)


def _token_in(address: str) -> str | None:
    """What follows the ``+`` in an address of the portal's, empty if nothing does; None of any other address."""
    local, _at, domain = settings.REPLY_ADDRESS.lower().rpartition("@")
    own, _own_at, own_domain = address.strip().lower().rpartition("@")
    if not domain or own_domain != domain:
        return None
    if own == local:
        return ""
    name, plus, token = own.partition("+")
    return token if plus and name == local else None


def _person(kind: str, pk: int) -> Person | None:
    if kind == "g":
        return ThreadGuest.objects.select_related("city").filter(pk=pk).first()
    return User.objects.filter(pk=pk).first()


def _is_signed(name: str, person: Person, signature: str) -> bool:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(_signature(name, person, key), signature) for key in keys)


def _signature(name: str, person: Person, key: str | bytes) -> str:
    digest = salted_hmac(_SALT, f"{name} {person.email.lower()}", secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest[:_SIGNATURE_BYTES]).decode().lower()
