"""Working groups, who belongs to them, and who wants to."""

from typing import Any, Self

from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.models import PagePermissionTester

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage, BasePageManager, BasePageQuerySet
from groups.editing import GroupPageForm
from groups.enums import Openness, RequestStatus, Role, Visibility
from members.models import City
from taxonomy.models import ConceptScheme, concepts_field


class WorkingGroupIndexPage(BasePage):
    template = "groups/working_group_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["groups.WorkingGroup"]

    class Meta:
        verbose_name = _("list of working groups")


class WorkingGroupQuerySet(BasePageQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The groups of which ``user`` may learn: hidden ones only as a member."""
        known = ~Q(openness=Openness.HIDDEN)
        if user.is_authenticated and user.is_active:
            own = Membership.objects.filter(user__pk=user.pk).values("group__translation_key")
            known |= Q(translation_key__in=own)
        return super().visible_to(user).filter(known)


WorkingGroupManager = BasePageManager.from_queryset(WorkingGroupQuerySet)


class WorkingGroup(BasePage):
    """A page of which ``FACTS``, cities and themes are the same in every language: they are written on the original."""

    template = "groups/working_group.html"
    parent_page_types = ["groups.WorkingGroupIndexPage"]
    subpage_types: list[str] = []

    FACTS = ("contact", "openness", "admits_domains", "answer_within_days", "allows_translation_service")
    RELATED_FACTS = ("leading_cities", "themes")

    contact = models.EmailField(_("address of the coordinators"), blank=True)
    openness = models.CharField(
        _("who learns of it, and how one joins"), max_length=6, choices=Openness, default=Openness.LISTED
    )
    admits_domains = models.BooleanField(
        _("admit at once whoever writes from a mail domain that was verified for a city"), default=False
    )
    answer_within_days = models.PositiveSmallIntegerField(
        _("requests to join are answered within so many days"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    allows_translation_service = models.BooleanField(
        _("what members write may be sent to the translation service outside the portal"), default=False
    )
    leading_cities = ParentalManyToManyField(City, verbose_name=_("leading cities"), blank=True, related_name="+")
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = WorkingGroupManager()

    base_form_class = GroupPageForm
    content_panels = [
        HelpPanel(template="groups/editor_help.html", heading=_("Members and invitations")),
        *BasePage.content_panels,
        FieldPanel("contact"),
        FieldPanel("openness"),
        FieldPanel("admits_domains"),
        FieldPanel("answer_within_days"),
        FieldPanel("leading_cities", widget=forms.CheckboxSelectMultiple),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]
    # No day on which it is unpublished: its members would lose it.
    settings_panels = [FieldPanel("slug"), FieldPanel("show_in_menus")]

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")

    def with_content_json(self, content: dict[str, Any]) -> "WorkingGroup":
        """What administrators decided stands, whichever draft or former version somebody publishes."""
        group: WorkingGroup = super().with_content_json(content)
        decided = WorkingGroup.objects.filter(pk=self.pk, allows_translation_service=True)
        group.allows_translation_service = decided.exists()
        return group

    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Whichever version is saved, the facts are those of the original."""
        if not self.is_original and (original := self.original).pk != self.pk:
            self._take_facts_of(original)
        saved = super().save(*args, **kwargs)
        if self.is_original:
            for version in WorkingGroup.objects.versions_of(self).exclude(pk=self.pk):
                if not version._has_facts_of(self):
                    version.save()
        return saved

    def _take_facts_of(self, original: "WorkingGroup") -> None:
        for name in self.FACTS:
            setattr(self, name, getattr(original, name))
        for name in self.RELATED_FACTS:
            setattr(self, name, list(getattr(original, name).all()))

    def _has_facts_of(self, original: "WorkingGroup") -> bool:
        return all(getattr(self, name) == getattr(original, name) for name in self.FACTS) and all(
            set(getattr(self, name).all()) == set(getattr(original, name).all()) for name in self.RELATED_FACTS
        )

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        """In the editor: its coordinators and administrators alone. Others may not open a group to the whole network,
        nor learn of a hidden one."""
        tester = super().permissions_for_user(user)
        if not user.is_superuser and not self.is_coordinated_by(user):
            tester.permissions = set()
        return tester

    def is_coordinated_by(self, user: AbstractBaseUser) -> bool:
        """Whoever makes a group looks after it until others do."""
        coordinators = Membership.objects.filter(
            role=Role.COORDINATOR, group__translation_key=self.translation_key
        ).values_list("user", flat=True)
        return user.pk in (set(coordinators) or {self.owner_id})

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``."""
        return f"group:{self.translation_key}"

    @property
    def audience(self) -> str:
        """Who may find it, in the words of the search index."""
        return f"group:{self.translation_key}" if self.openness == Openness.HIDDEN else Visibility.PUBLIC.value


class Membership(models.Model):
    """A person belongs to a working group: to the group in every language, whichever version the row names."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    panels = [FieldPanel(name) for name in ("user", "group", "role")]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="membership_once_a_group")]

    def __str__(self) -> str:
        return f"{self.user} – {self.group} ({self.get_role_display()})"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def waiting(self) -> Self:
        return self.filter(status=RequestStatus.WAITING)

    def confirmed(self) -> Self:
        """Those of which somebody has to know: the address is the asker's own."""
        return self.exclude(status=RequestStatus.UNCONFIRMED)

    def of_address(self, email: str) -> Self:
        """From one person, who had an account at the time or not."""
        return self.filter(email__iexact=email)

    def of_group(self, group: WorkingGroup) -> Self:
        return self.filter(group__translation_key=group.translation_key)


class JoinRequest(models.Model):
    """Somebody asks to belong to a group: a person with an account, or a stranger whose address was confirmed."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    """The person with an account; also of a stranger, once the account was made."""
    email = models.EmailField(_("e-mail address"))
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    message = models.TextField(_("message"), max_length=2_000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    status = models.CharField(_("status"), max_length=12, choices=RequestStatus, default=RequestStatus.UNCONFIRMED)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField(_("answer due"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Nobody where a verified mail domain decided."""
    reason = models.TextField(_("reason"), max_length=2_000, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "group", Lower("email"), condition=Q(status=RequestStatus.WAITING), name="one_request_waits"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(status=RequestStatus.WAITING), name="request_due")]

    def __str__(self) -> str:
        return f"{self.full_name} → {self.group}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def is_late(self) -> bool:
        return self.status == RequestStatus.WAITING and self.due_at is not None and self.due_at < timezone.now()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        """Those that can still be taken up."""
        return self.filter(answered_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def of_group(self, group: WorkingGroup) -> Self:
        return self.filter(group__translation_key=group.translation_key)


class Invitation(models.Model):
    """A coordinator asks somebody into a group by mail."""

    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail address"))
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    message = models.TextField(_("message"), max_length=2_000, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who took it up; answered without it, it was declined."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.email} → {self.group}"

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None and self.expires_at > timezone.now()


class AuditEntry(models.Model):
    """One act of those who look after a group: who did what to whom or to what, and why. Never changed afterwards."""

    group = models.ForeignKey(WorkingGroup, null=True, on_delete=models.SET_NULL, related_name="+")
    is_of_network = models.BooleanField(default=False)
    """Whether it is about what belongs to no group: what was done in a group that is gone is not everybody's."""
    act = models.CharField(max_length=40)
    """Such as ``post-hidden``; ``groups.audit`` has the words for each."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor_name = models.CharField(max_length=320)
    """As it was then: people leave."""
    subject = models.CharField(max_length=80, blank=True)
    """What it was done to, such as ``post:12``."""
    details: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    """What the words of the act name: ``{"name": "…"}``."""
    reason = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.act} {self.subject}"
