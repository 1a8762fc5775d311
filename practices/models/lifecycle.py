"""From draft to published, and after: authors, review, frozen versions, confirmed evidence."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Task, TaskState

from groups.permissions import Reader
from members.models import User
from practices.enums import Dimension, EvidenceLevel, ReviewLevel
from practices.models.practice import Practice
from practices.models.sheets import PracticeSheet


class CoAuthor(models.Model):
    """Somebody besides the owner of the page who may write on the sheet, in every language."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="co_authors")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["practice", "user"], name="co_author_once_a_practice")]

    def __str__(self) -> str:
        return str(self.user)


# ---------------------------------------------------------------- review


class ReviewState(TaskState):
    """One round of review: a sheet that waits for the coordinators of its group, or what they decided."""

    due_on = models.DateField(_("answer due"), null=True)
    reminded_on = models.DateField(_("reminded"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("accepted as"), choices=ReviewLevel, null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    note = models.TextField(_("note to the reviewers"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")

    @property
    def is_open(self) -> bool:
        return bool(self.status == TaskState.STATUS_IN_PROGRESS)

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def sheet_pk(self) -> int:
        return int(self.workflow_state.object_id)


class GroupReviewTask(Task):
    """The step of the workflow in which the coordinators of the sheet's own working group decide."""

    task_state_class = ReviewState

    days = models.PositiveSmallIntegerField(_("days to answer"), default=14)

    admin_form_fields = [*Task.admin_form_fields, "days"]

    class Meta:
        verbose_name = _("review by the working group")
        verbose_name_plural = _("reviews by the working group")

    def start(self, workflow_state: Any, user: Any = None) -> ReviewState:
        state: ReviewState = super().start(workflow_state, user)
        state.due_on = timezone.localdate() + timedelta(days=self.days)
        state.save(update_fields=["due_on"])
        return state

    def get_actions(self, obj: Any, user: Any) -> list:
        """None in the editor: a decision takes a reason or remarks, and the review screen asks for them."""
        return []

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return _reviews(user, obj)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        """While a sheet waits, nobody but its reviewers changes what they read."""
        return not _reviews(user, obj)

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> models.QuerySet[TaskState]:
        from practices.reviewing import waiting_for  # noqa: PLC0415 -- reads come after the models

        return TaskState.objects.filter(task=self, pk__in=waiting_for(user).order_by().values("pk"))

    @classmethod
    def get_description(cls) -> str:
        return str(_("The coordinators of the sheet’s working group accept it, or send it back with remarks."))


def _reviews(user: Any, page: Any) -> bool:
    from practices.permissions import is_reviewer  # noqa: PLC0415 -- permissions come after the models

    sheet = page.specific
    return isinstance(sheet, PracticeSheet) and is_reviewer(user, sheet)


class ReviewRemark(models.Model):
    """What a reviewer asks to change, tied to a field of the sheet; without a field it is about the whole."""

    review = models.ForeignKey(ReviewState, on_delete=models.CASCADE, related_name="remarks")
    field = models.CharField(_("field"), max_length=40, blank=True)
    text = models.TextField(_("remark"), max_length=1500)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class EvidenceConfirmation(models.Model):
    """A reviewer confirms what the city claims in one dimension, to the level that the reviewer found."""

    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="confirmations")
    dimension = models.CharField(_("dimension"), max_length=16, choices=Dimension)
    level = models.PositiveSmallIntegerField(_("supported how"), choices=EvidenceLevel)
    note = models.CharField(_("what was looked at"), max_length=300)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    confirmed_on = models.DateField(_("confirmed on"))

    class Meta:
        verbose_name = _("confirmed evidence")
        verbose_name_plural = _("confirmed evidence")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["practice", "dimension"], name="confirmation_once_a_dimension"),
        ]

    def __str__(self) -> str:
        return str(self.get_dimension_display())


# ---------------------------------------------------------------- versions


class SheetVersionQuerySet(models.QuerySet):
    def visible_to(self, user: Reader) -> Self:
        """Versions of the sheets that ``user`` may read today: what was withdrawn is withdrawn in all its versions."""
        return self.filter(sheet__in=PracticeSheet.objects.visible_to(user))


class SheetVersion(models.Model):
    """A sheet in one language as it was published once. It never changes, and keeps its address."""

    sheet = models.ForeignKey(PracticeSheet, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    published_at = models.DateTimeField(_("published"))
    # What Wagtail would keep in a revision; kept here, because revisions may be purged.
    content = models.JSONField(editable=False)
    changed_fields = models.JSONField(default=list, editable=False)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    review = models.ForeignKey(ReviewState, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = SheetVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a sheet")
        verbose_name_plural = _("versions of sheets")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["sheet", "number"], name="version_once_a_number")]

    def __str__(self) -> str:
        return f"{self.sheet} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("practices:version", args=[self.sheet.practice_id, self.sheet.language, self.number])

    def as_sheet(self) -> PracticeSheet:
        """The sheet as it was. Contacts and the note for members are shown as the author wants it today."""
        frozen: PracticeSheet = self.sheet.with_content_json(self.content)
        frozen.contacts = self.sheet.contacts.all()
        frozen.members_note = self.sheet.members_note
        return frozen


def authors_of(practice: Practice) -> models.QuerySet[User]:
    """Whoever may write on the sheet as an author: the owners of its pages and the co-authors."""
    owners = PracticeSheet.objects.filter(practice=practice).values("owner")
    co_authors = CoAuthor.objects.filter(practice=practice).values("user")
    return User.objects.filter(models.Q(pk__in=owners) | models.Q(pk__in=co_authors))
