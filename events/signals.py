"""What happens when rows go by another way than the actions."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from events.actions.places import lock_event, recount_places
from events.models import Registration


@receiver(post_delete, sender=Registration)
def give_place_back(instance: Registration, **kwargs: Any) -> None:
    """An account that is deleted takes its registrations along: their places are free, and the schedule offers them."""
    with transaction.atomic():
        recount_places(event=lock_event(instance.event_id))
