"""The people who log in, and the cities and organisations that they belong to."""

from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, AnonymousUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel

from common import time_zones
from common.languages import country_choices, country_name
from common.names import LONGEST_KEY, name_key, name_words
from taxonomy.models import Label, LabelKind, Labelled, key_field
from taxonomy.queries import preferred_labels


class CitySize(models.TextChoices):
    """Classes of population: those of the OECD and the European Commission (L. Dijkstra and H. Poelman, Cities in
    Europe, 2012) up to a million, and one below and one above them.
    """

    UP_TO_50 = "50", _("up to 50,000 inhabitants")
    UP_TO_100 = "100", _("50,000 to 100,000 inhabitants")
    UP_TO_250 = "250", _("100,000 to 250,000 inhabitants")
    UP_TO_500 = "500", _("250,000 to 500,000 inhabitants")
    UP_TO_1000 = "1000", _("500,000 to 1 million inhabitants")
    OVER = "over", _("more than 1 million inhabitants")

    @classmethod
    def of(cls, population: int | None) -> "CitySize | None":
        """The class of a city with ``population`` inhabitants; None if that is not known."""
        if population is None:
            return None
        return next(size for size in cls if size.bounds[1] is None or population <= size.bounds[1])

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """More than the first and at most the second number of inhabitants; None where the class is open."""
        sizes = list(type(self))
        limits = [None, *(int(size.value) * 1000 for size in sizes[:-1]), None]
        place = sizes.index(self)
        return limits[place], limits[place + 1]


class PersonVisibility(models.TextChoices):
    """Where a person's name may stand, besides on what the person wrote."""

    NOBODY = "nobody", _("nobody")
    MEMBERS = "members", _("members of the network")
    PUBLIC = "public", _("everybody")


class City(Labelled, ClusterableModel):
    key = key_field()
    country = models.CharField(_("country"), max_length=2, choices=country_choices)
    language = models.CharField(_("its own language"), max_length=2, choices=settings.LANGUAGES)
    population = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=7, decimal_places=4, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=7, decimal_places=4, null=True, blank=True)

    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("key"), FieldPanel("country"), FieldPanel("language")]),
                FieldPanel("population"),
                FieldRowPanel([FieldPanel("latitude"), FieldPanel("longitude")]),
            ]
        ),
        InlinePanel("labels", label=_("Name")),
        InlinePanel("domains", label=_("Mail domain")),
    ]

    class Meta:
        verbose_name = _("city")
        verbose_name_plural = _("cities")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(latitude__isnull=True, longitude__isnull=True)
                | models.Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="city_place_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.label()

    def get_absolute_url(self) -> str:
        return reverse("city", args=[self.key])

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``."""
        return f"city:{self.key}"

    @property
    def own_name(self) -> str:
        """Its name in its own language: ``Den Haag``."""
        return self.label(self.language)

    @property
    def country_name(self) -> str:
        return country_name(self.country)

    @property
    def size(self) -> "CitySize | None":
        return CitySize.of(self.population)


class CityName(Label):
    city = ParentalKey(City, on_delete=models.CASCADE, related_name="labels")

    class Meta(Label.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["city", "language"],
                condition=models.Q(kind=LabelKind.PREFERRED),
                name="city_one_preferred_name_a_language",
            ),
        ]


class CityDomain(models.Model):
    """A mail domain of a city's own, ``denhaag.nl``: who gets mail there works for the city, once that was verified."""

    city = ParentalKey(City, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(_("mail domain"), max_length=120, unique=True, help_text=_("What follows the @."))
    verified_on = models.DateField(_("verified on"), null=True, blank=True)

    panels = [FieldRowPanel([FieldPanel("domain"), FieldPanel("verified_on")])]

    class Meta:
        verbose_name = _("mail domain")
        verbose_name_plural = _("mail domains")
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class Sector(models.TextChoices):
    MUNICIPALITY = "municipality", _("municipality")
    POLICE = "police", _("police")
    OTHER_PUBLIC = "other-public", _("other public body")
    PRIVATE = "private", _("private sector")
    CIVIL_SOCIETY = "civil-society", _("civil society")
    RESEARCH = "research", _("research")
    NETWORK = "network", _("network of cities")


class Organisation(models.Model):
    key = key_field()
    name = models.CharField(_("name"), max_length=160, help_text=_("In its own language."))
    sector = models.CharField(_("sector"), max_length=16, choices=Sector)
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    website = models.URLField(_("website"), blank=True)

    panels = [FieldPanel(name) for name in ("name", "key", "sector", "city", "website")]

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.key])


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The people who let ``user`` see that they belong to their city: not those whose account is shut, nor
        those without a name, whom their e-mail address would stand for."""
        allowed = Q(shown_to=PersonVisibility.PUBLIC)
        if user.is_authenticated and user.is_active:
            allowed |= Q(shown_to=PersonVisibility.MEMBERS)
        return self.filter(allowed, is_active=True).exclude(first_name="", last_name="")

    def named(self, text: str) -> Self:
        """The people in whose name stands every word of ``text``, in any order, with accents or without; nobody where
        it has no word."""
        words = name_words(text)
        return self.filter(*(Q(name_key__contains=word) for word in words)) if words else self.none()

    def by_name(self) -> Self:
        return self.order_by("name_key", "pk")

    def for_list(self) -> Self:
        """By name, with what a list of people shows."""
        people = self.select_related("city", "organisation__city").by_name()
        return people.prefetch_related(preferred_labels("city__labels", CityName))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc] # made at run time
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who logs in with ``email``. Without a password nobody can log in until one is set."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email__iexact=email)


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    email = models.EmailField(
        _("e-mail address"), unique=True, error_messages={"unique": _("Somebody has this e-mail address already.")}
    )
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.SET_NULL, related_name="people"
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="people",
    )
    organisation_name = models.CharField(_("organisation in own words"), max_length=160, blank=True)
    """What the person says of where he or she works; it counts where ``organisation``, which others choose, is none."""
    name_key = models.CharField(max_length=LONGEST_KEY, blank=True, editable=False, db_index=True)
    """The name as ``common.names`` orders and finds it; kept by ``save``."""
    languages = models.JSONField(
        _("languages read, the best first"), default=list, blank=True, help_text=_("Codes of two letters.")
    )

    time_zone = models.CharField(
        _("time zone"),
        max_length=time_zones.LONGEST_NAME,
        blank=True,
        validators=[time_zones.validate_time_zone],
        help_text=_("Times of events are also told in this zone."),
    )
    position = models.CharField(_("role"), max_length=120, blank=True, help_text=_("What you do, in your own words."))
    about = models.TextField(_("about you"), max_length=1_000, blank=True)
    expertise = models.ManyToManyField(
        "taxonomy.Concept", verbose_name=_("what you know about"), blank=True, related_name="+"
    )
    shown: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict, blank=True)
    """Who sees which field of the profile: ``{"email": "members"}``; a field that is not named is shown to nobody."""
    shown_to = models.CharField(
        _("your name and your city"),
        max_length=8,
        choices=PersonVisibility,
        default=PersonVisibility.NOBODY,
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Those who log in are looked for by small letters.
        self.email = self.email.lower()
        self.name_key = name_key(self.last_name, self.first_name)
        names = kwargs.get("update_fields")
        if names is not None and not {"first_name", "last_name"}.isdisjoint(names):
            kwargs["update_fields"] = {*names, "name_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    @property
    def organisation_in_words(self) -> str:
        return self.organisation.name if self.organisation else self.organisation_name

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone in which this person is told times; None if none is named."""
        return time_zones.zone_named(self.time_zone)

    @property
    def clock(self) -> ZoneInfo:
        """The zone by whose clock this person lives, as far as that is known: the one named in the profile, that of
        the city's country if it has only one, the portal's."""
        likely = time_zones.only_zone_of(self.city.country) if self.city and not self.time_zone else None
        return self.zone or ZoneInfo(likely or settings.TIME_ZONE)
