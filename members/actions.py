"""What people change about themselves."""

from collections.abc import Iterable, Mapping, Sequence

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from members.account_letters import AccountChanged
from members.models import PersonVisibility, User
from members.privacy import FIELDS
from taxonomy.models import Concept


@transaction.atomic
def update_profile(
    *,
    user: User,
    first_name: str,
    last_name: str,
    position: str,
    organisation_name: str,
    about: str,
    languages: Sequence[str],
    expertise: Iterable[Concept],
    shown_to: str,
    shown: Mapping[str, str],
    time_zone: str,
) -> User:
    """Save what ``user`` says about themselves; ``languages`` from the one read best, no ``time_zone`` is ``""``.

    An organisation in other words than before is no longer the one that was chosen for the person.

    ``shown`` says who sees which of ``privacy.FIELDS``; what is not named there is shown to nobody.
    """
    user.first_name, user.last_name, user.position, user.about = first_name, last_name, position, about
    if organisation_name != user.organisation_in_words:
        user.organisation, user.organisation_name = None, organisation_name
    user.languages, user.shown_to, user.time_zone = list(languages), shown_to, time_zone
    user.shown = {
        name: level for name in FIELDS if (level := shown.get(name, PersonVisibility.NOBODY)) != PersonVisibility.NOBODY
    }
    user.save(
        update_fields=[
            "first_name",
            "last_name",
            "position",
            "organisation",
            "organisation_name",
            "about",
            "languages",
            "shown_to",
            "shown",
            "time_zone",
        ]
    )
    user.expertise.set(expertise)
    return user


@transaction.atomic
def remove_second_factor(*, user: User) -> bool:
    """Let ``user``, whose phone is lost, log in with the password alone, and end all sessions; returns whether there
    was a second step. The person hears of it."""
    removed, _by_model = Authenticator.objects.filter(user=user).delete()
    if not removed:
        return False
    for session in UserSession.objects.filter(user=user):
        session.end()
    AccountChanged(user=user, email=user.email, change="second-factor-removed").send()
    return True
