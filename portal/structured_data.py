"""What each page is about, for machines: a graph in the vocabulary of schema.org, in the head of every page.

It is made from the context that the page's template gets, so that it costs no queries and cannot say what the page
does not show. Whoever adds a page that shows a thing of its own registers a function with ``describes`` (the page type)
or ``describes_screen`` (the name of the address); all others are described as plain web pages.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from wagtail.models import Page

from common.addresses import address_for, address_in
from common.languages import CODES, current_language, reading_order
from common.words import best_words
from events.enums import Attendance, Precision, RegistrationMode, Status
from events.models import Event, EventIndexPage, EventPage, EventSeries, Session, SessionPerson
from events.programme import languages_of
from groups.models import WorkingGroup, WorkingGroupIndexPage
from members.models import City, Organisation, Sector
from portal.models import HomePage
from portal.navigation import versions_shown
from practices.enums import Licence
from practices.models import (
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
    PublicAnswer,
    Recommendation,
    RecommendationIndexPage,
)
from taxonomy.models import Concept

Node = dict[str, Any]
Crumb = tuple[str, str]
"""Name and path."""


@dataclass(frozen=True, slots=True)
class Description:
    """The page, as it is described: which kind of page it is, and the thing that it is about."""

    name: str = ""
    page_type: str = "WebPage"
    thing: Node | None = None
    trail: Sequence[Crumb] = field(default_factory=tuple)
    """The steps between the section in the menu and this page."""


Describe = Callable[[dict[str, Any], HttpRequest], Description]

_by_page_type: dict[type[Page], Describe] = {}
_by_screen: dict[str, Describe] = {}


def describes(*page_types: type[Page]) -> Callable[[Describe], Describe]:
    """Register a function ``(context, request) -> Description`` for pages of these types."""

    def register(describe: Describe) -> Describe:
        _by_page_type.update(dict.fromkeys(page_types, describe))
        return describe

    return register


def describes_screen(name: str) -> Callable[[Describe], Describe]:
    """The same for a screen, by the name of its address."""

    def register(describe: Describe) -> Describe:
        _by_screen[name] = describe
        return describe

    return register


def structured_data(context: dict[str, Any], request: HttpRequest) -> Node:
    """The graph of the page that is made from ``context``."""
    page = context.get("page")
    if not isinstance(page, Page):
        page = None
    description = _describe(context, request, page)
    url = page_url(page, request, context) if page else absolute(request.path)
    trail = {"@id": f"{url}#trail", **_trail(context, description, url)}
    web_page = compact(
        {
            "@type": description.page_type,
            "@id": url,
            "url": url,
            "name": description.name,
            "inLanguage": page.locale.language_code if page else current_language(),
            "isPartOf": {"@id": _website_id()},
            "breadcrumb": {"@id": trail["@id"]},
            "mainEntity": {"@id": description.thing["@id"]} if description.thing else None,
        }
    )
    graph = [web_page, trail, *([description.thing] if description.thing else []), *_network(context, page)]
    return {"@context": "https://schema.org", "@graph": graph}


def as_json(graph: Node) -> str:
    """JSON that can stand in a script element: nothing in it can end that."""
    text = json.dumps(graph, ensure_ascii=False)
    return text.translate({ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"})


def _describe(context: dict[str, Any], request: HttpRequest, page: Page | None) -> Description:
    if page is not None:
        describe = _by_page_type.get(type(page))
        return describe(context, request) if describe else Description(name=page.title)
    match = request.resolver_match
    describe = _by_screen.get(match.view_name) if match else None
    return describe(context, request) if describe else Description()


# ---------------------------------------------------------------- what every page has


def _network(context: dict[str, Any], page: Page | None) -> list[Node]:
    """The portal and who runs it: the home page says what can be done there, the others name it."""
    name = str(context.get("site_title") or "")
    home = absolute(reverse("home"))
    organization = compact({"@type": "Organization", "@id": _network_id(), "name": name, "url": home})
    website: Node = {
        "@type": "WebSite",
        "@id": _website_id(),
        "url": home,
        "name": name,
        "publisher": {"@id": _network_id()},
    }
    if isinstance(page, HomePage):
        website["inLanguage"] = list(CODES)
        website["potentialAction"] = {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{absolute(reverse('search:search'))}?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        }
    return [compact(website), organization]


def _trail(context: dict[str, Any], description: Description, url: str) -> Node:
    steps: list[Crumb] = [(str(context.get("site_title") or _("Home")), reverse("home"))]
    here = context["request"].path
    steps += [
        (item.title, item.address) for item in context.get("menu") or () if item.is_current and item.address != here
    ]
    steps += description.trail
    crumbs = [{"@type": "ListItem", "name": name, "item": absolute(path)} for name, path in steps]
    if description.name and here != reverse("home"):
        crumbs.append({"@type": "ListItem", "name": description.name, "item": url})
    for position, crumb in enumerate(crumbs, start=1):
        crumb["position"] = position  # type: ignore[assignment]
    return {"@type": "BreadcrumbList", "itemListElement": crumbs}


def _website_id() -> str:
    return f"{settings.BASE_URL}/#website"


def _network_id() -> str:
    return f"{settings.BASE_URL}/#network"


# ---------------------------------------------------------------- parts of descriptions


def compact(node: Node) -> Node:
    """Without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def absolute(path: str) -> str:
    return settings.BASE_URL + path


def page_url(page: Page, request: HttpRequest, context: dict[str, Any] | None = None) -> str:
    """The page's own address, whatever the reader's language; that of a frozen version of a sheet is its own."""
    if context and (version := context.get("version")) and isinstance(page, PracticeSheet):
        with translation.override(page.language):
            return absolute(version.get_absolute_url())
    return absolute(address_in(page, page.locale.language_code, request))


def city_node(city: City | None) -> Node | None:
    if city is None:
        return None
    return {
        "@type": "City",
        "name": city.label(),
        "url": absolute(city.get_absolute_url()),
        "containedInPlace": {"@type": "Country", "name": city.country_name, "identifier": city.country},
    }


_ORGANISATION_TYPES: dict[str, str] = {
    Sector.MUNICIPALITY: "GovernmentOrganization",
    Sector.POLICE: "GovernmentOrganization",
    Sector.OTHER_PUBLIC: "GovernmentOrganization",
    Sector.CIVIL_SOCIETY: "NGO",
}


def organisation_node(organisation: Organisation | None) -> Node | None:
    if organisation is None:
        return None
    return {
        "@type": _ORGANISATION_TYPES.get(organisation.sector, "Organization"),
        "name": organisation.name,
        "url": absolute(organisation.get_absolute_url()),
    }


def _terms(themes: Iterable[Concept]) -> list[Node]:
    return [{"@type": "DefinedTerm", "name": theme.label(), "termCode": theme.key} for theme in themes]


def _of_page(page: Any, request: HttpRequest, page_type: str) -> Node:
    """What everything has that a page is about."""
    url = page_url(page, request)
    return {
        "@type": page_type,
        "@id": f"{url}#thing",
        "url": url,
        "name": page.title,
        "description": page.summary,
    }


def item_list(things: Iterable[Any], request: HttpRequest, url: str) -> Node:
    """The pages or objects of a list, in its order."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": str(thing),
            "url": absolute(address_for(thing, request) if isinstance(thing, Page) else thing.get_absolute_url()),
        }
        for position, thing in enumerate(things, start=1)
    ]
    return compact({"@type": "ItemList", "@id": f"{url}#list", "numberOfItems": len(items), "itemListElement": items})


def _list_page(context: dict[str, Any], request: HttpRequest, things: Iterable[Any], **more: Any) -> Description:
    page = context["page"]
    return Description(
        name=page.title,
        page_type="CollectionPage",
        thing=item_list(things, request, page_url(page, request)),
        **more,
    )


def _crumb(page: Page | None, request: HttpRequest) -> list[Crumb]:
    return [(page.title, address_for(page, request))] if page else []


# ---------------------------------------------------------------- pages


@describes(HomePage)
def _home(context: dict[str, Any], request: HttpRequest) -> Description:
    page = context["page"]
    return Description(name=page.headline or page.title)


@describes(PracticeIndexPage)
def _practices(context: dict[str, Any], request: HttpRequest) -> Description:
    return _list_page(context, request, context["sheets"])


@describes(ProjectIndexPage)
def _projects(context: dict[str, Any], request: HttpRequest) -> Description:
    return _list_page(context, request, context["projects"])


@describes(WorkingGroupIndexPage)
def _groups(context: dict[str, Any], request: HttpRequest) -> Description:
    return _list_page(context, request, context["groups"])


@describes(EventIndexPage)
def _events(context: dict[str, Any], request: HttpRequest) -> Description:
    month = context.get("month")
    return _list_page(context, request, month.events if month else [*context["upcoming"], *context["past"]])


@describes(RecommendationIndexPage)
def _recommendations(context: dict[str, Any], request: HttpRequest) -> Description:
    trail = _crumb(context.get("project"), request)
    return _list_page(context, request, context["recommendations"], trail=trail)


@describes(PracticeSheet)
def _sheet(context: dict[str, Any], request: HttpRequest) -> Description:
    """An article, and not a technical one: it tells what a city did and what came of it, by which search engines
    know what to do with its author, dates and licence."""
    page: PracticeSheet = context["page"]
    frozen = context.get("version")
    version = frozen or context.get("latest_version")
    changed = frozen.published_at if frozen else page.last_published_at
    url = page_url(page, request, context)
    article = {
        **_of_page(page, request, "Article"),
        "@id": f"{url}#thing",
        "url": url,
        "headline": page.title,
        "alternateName": page.acronym,
        "inLanguage": page.language,
        "author": organisation_node(page.organisation) or _city_as_author(page.city),
        "publisher": {"@id": _network_id()},
        "about": _terms(context.get("themes", ())),
        "spatialCoverage": city_node(page.city),
        "license": Licence(page.licence).address,
        "version": version.number if version else None,
        "datePublished": _moment(page.first_published_at),
        "dateModified": _moment(changed),
        "identifier": _doi(page),
        "citation": page.evaluation_report,
        "isPartOf": {"@id": _website_id()},
        "hasPart": None if frozen else _questions(context.get("public_answers", ()), url),
        **_translations(page, request),
    }
    return Description(name=page.title, thing=compact(article))


def _questions(answers: Iterable[tuple[PublicAnswer, str]], url: str) -> Node | None:
    """The questions and answers that stand on a sheet, each in its own language."""
    questions = [
        {
            "@type": "Question",
            "@id": f"{url}#answer-{answer.pk}",
            "name": answer.question,
            "inLanguage": answer.question_language,
            "answerCount": 1,
            "acceptedAnswer": compact(
                {
                    "@type": "Answer",
                    "text": " ".join(strip_tags(html).split()),
                    "inLanguage": answer.language,
                    "datePublished": _moment(answer.added_at),
                }
            ),
        }
        for answer, html in answers
    ]
    return {"@type": "FAQPage", "@id": f"{url}#answers", "mainEntity": questions} if questions else None


def _city_as_author(city: City) -> Node:
    return {"@type": "GovernmentOrganization", "name": city.own_name, "url": absolute(city.get_absolute_url())}


def _doi(page: PracticeSheet) -> Node | None:
    return {"@type": "PropertyValue", "propertyID": "doi", "value": page.doi} if page.doi else None


def _translations(page: PracticeSheet, request: HttpRequest) -> Node:
    """The versions that the head of the page names as well."""
    others = {
        language: {"@type": "Article", "@id": f"{page_url(version, request)}#thing", "inLanguage": language}
        for language, version in versions_shown(request, page).items()
        if language != page.language
    }
    if page.is_original:
        return {"workTranslation": list(others.values())}
    return {"translationOfWork": others.get(page.original_language)}


@describes(Project)
def _project(context: dict[str, Any], request: HttpRequest) -> Description:
    page: Project = context["page"]
    funder = {"@type": "Organization", "name": page.programme} if page.programme else None
    grant = compact({"@type": "Grant", "identifier": page.grant_number, "funder": funder})
    project = {
        **_of_page(page, request, "Project"),
        "funder": funder,
        "funding": grant if page.grant_number else None,
        "foundingDate": page.starts_on and page.starts_on.isoformat(),
        "dissolutionDate": page.ends_on and page.ends_on.isoformat(),
        "sameAs": page.website,
        "knowsAbout": _terms(context.get("themes", ())),
    }
    return Description(name=page.title, thing=compact(project))


@describes(Recommendation)
def _recommendation(context: dict[str, Any], request: HttpRequest) -> Description:
    page: Recommendation = context["page"]
    index = context.get("index")
    work = {
        **_of_page(page, request, "CreativeWork"),
        "inLanguage": page.language,
        "position": page.number,
        "text": strip_tags(page.text).strip(),
        "audience": {"@type": "Audience", "audienceType": str(page.get_addressee_display())},
        "isPartOf": {"@type": "CollectionPage", "@id": page_url(index, request), "name": index.title}
        if index
        else None,
    }
    return Description(name=page.title, thing=compact(work), trail=_crumb(index, request))


@describes(WorkingGroup)
def _group(context: dict[str, Any], request: HttpRequest) -> Description:
    page: WorkingGroup = context["page"]
    group = {
        **_of_page(page, request, "Organization"),
        "email": page.contact,
        "parentOrganization": {"@id": _network_id()},
        "knowsAbout": _terms(context.get("themes", ())),
    }
    return Description(name=page.title, thing=compact(group))


@describes(EventPage)
def _event(context: dict[str, Any], request: HttpRequest) -> Description:
    """Never with the address to join: that is for those enrolled."""
    page: EventPage = context["page"]
    facts = page.event
    event = {
        **_of_page(page, request, "Event"),
        **_state(facts),
        "inLanguage": [*facts.spoken, *facts.interpreted],
        "startDate": _known(facts, facts.local_start),
        "endDate": _known(facts, facts.local_end),
        "location": _location(facts, page_url(page, request)),
        "organizer": organisation_node(facts.organiser),
        "about": _terms(context.get("themes", ())),
        "superEvent": _series(facts.series),
        "offers": _offer(facts, page_url(page, request)),
        "maximumAttendeeCapacity": facts.capacity,
        "performer": _people(context.get("speakers", ())),
        "subEvent": [
            _session_node(session, request) for session in context["programme"].sessions if session.kind != "break"
        ],
    }
    return Description(name=page.title, thing=compact(event))


_STATUSES: dict[str, str] = {Status.POSTPONED: "EventPostponed", Status.CANCELLED: "EventCancelled"}
_ATTENDANCES: dict[str, str] = {
    Attendance.ON_SITE: "OfflineEventAttendanceMode",
    Attendance.ONLINE: "OnlineEventAttendanceMode",
    Attendance.HYBRID: "MixedEventAttendanceMode",
}


def _state(event: Event) -> Node:
    return {
        "eventStatus": f"https://schema.org/{_STATUSES.get(event.status, 'EventScheduled')}",
        "eventAttendanceMode": f"https://schema.org/{_ATTENDANCES[event.attendance]}",
    }


def _location(event: Event, url: str) -> Node | list[Node] | None:
    """Of what takes place online, the address is that of the page, which leads on whoever may join."""
    place = _place(event) if event.is_on_site else None
    online = {"@type": "VirtualLocation", "url": url} if event.is_online else None
    if place and online:
        return [place, online]
    return place or online


def _place(event: Event) -> Node | None:
    city = event.city
    if city is None:
        return None
    address = compact(
        {
            "@type": "PostalAddress",
            "streetAddress": event.address,
            "addressLocality": city.label(),
            "addressCountry": city.country,
        }
    )
    point = (
        {"@type": "GeoCoordinates", "latitude": float(event.latitude), "longitude": float(event.longitude)}
        if event.latitude is not None and event.longitude is not None
        else None
    )
    return compact({"@type": "Place", "name": event.venue or city.label(), "address": address, "geo": point})


def _series(series: EventSeries | None) -> Node | None:
    if series is None:
        return None
    return {"@type": "EventSeries", "name": series.label(), "url": absolute(series.get_absolute_url())}


def _offer(event: Event, url: str) -> Node | None:
    """Where people register, as long as they can come."""
    if event.registration_mode == RegistrationMode.NONE or event.status not in Status.open() or event.is_over:
        return None
    is_here = event.registration_mode == RegistrationMode.HERE
    is_full = is_here and event.capacity is not None and event.taken >= event.capacity
    return compact(
        {
            "@type": "Offer",
            "url": url if is_here else event.registration_url,
            "availability": f"https://schema.org/{'SoldOut' if is_full else 'InStock'}" if is_here else None,
            "validFrom": _moment(event.registration_opens_at),
            "availabilityEnds": _moment(event.registration_closes_at),
        }
    )


def _people(people: Iterable[SessionPerson]) -> list[Node]:
    return [
        compact(
            {
                "@type": "Person",
                "name": person.shown_name,
                "affiliation": {"@type": "Organization", "name": person.organisation} if person.organisation else None,
            }
        )
        for person in people
        if person.shown_name
    ]


def _session_node(session: Session, request: HttpRequest) -> Node:
    """A session as an event of its own: without times, it has its day."""
    event = session.event
    url = absolute(reverse("events:session", args=[event.pk, session.pk]))
    title, _language = best_words(session.title, reading_order(request))
    spoken, interpreted = languages_of(session)
    start, end = session.local_start, session.local_end
    state = _state(event)
    if session.is_cancelled:
        state["eventStatus"] = "https://schema.org/EventCancelled"
    return compact(
        {
            "@type": "Event",
            "@id": f"{url}#thing",
            "url": url,
            "name": title,
            **state,
            "inLanguage": [*spoken, *interpreted],
            "startDate": start.isoformat() if start else session.day.isoformat(),
            "endDate": end.isoformat() if end else None,
            "location": _location(event, url),
            "performer": _people(session.people.all()),
        }
    )


def _known(event: Event, moment: Any) -> str:
    """No more than is known. A month alone is a date of ISO 8601, too: search engines that want a day leave the event
    out of their calendars, which is better than a day that is wrong."""
    formats: dict[str, str] = {Precision.MONTH: "%Y-%m", Precision.DAY: "%Y-%m-%d"}
    return moment.strftime(formats[event.precision]) if event.precision in formats else moment.isoformat()


def _moment(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


# ---------------------------------------------------------------- screens


@describes_screen("events:programme")
def _programme(context: dict[str, Any], request: HttpRequest) -> Description:
    url = absolute(request.path)
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": best_words(session.title, reading_order(request))[0],
            "url": absolute(reverse("events:session", args=[session.event_id, session.pk])),
        }
        for position, session in enumerate(context["programme"].sessions, start=1)
    ]
    thing = compact({"@type": "ItemList", "@id": f"{url}#list", "numberOfItems": len(items), "itemListElement": items})
    return Description(
        name=_("Programme"),
        page_type="CollectionPage",
        thing=thing,
        trail=_crumb(context["event_page"], request),
    )


@describes_screen("events:session")
def _session(context: dict[str, Any], request: HttpRequest) -> Description:
    session: Session = context["session"]
    page = context["event_page"]
    event = {**_session_node(session, request), "description": best_words(session.abstract, reading_order(request))[0]}
    if page:
        event["superEvent"] = compact(
            {
                "@type": "Event",
                "@id": f"{page_url(page, request)}#thing",
                "name": page.title,
                "startDate": _known(session.event, session.event.local_start),
                "location": _location(session.event, page_url(page, request)),
            }
        )
    trail = [
        *_crumb(page, request),
        (_("Programme"), reverse("events:programme", args=[session.event_id])),
    ]
    return Description(name=event["name"], thing=compact(event), trail=trail)


@describes_screen("city")
def _city(context: dict[str, Any], request: HttpRequest) -> Description:
    city: City = context["city"]
    names = [name for name, _codes in context["names"] if name != city.label()]
    url = absolute(city.get_absolute_url())
    thing = compact({**(city_node(city) or {}), "@id": f"{url}#thing", "alternateName": names})
    return Description(name=city.label(), thing=thing)


@describes_screen("organisation")
def _organisation(context: dict[str, Any], request: HttpRequest) -> Description:
    organisation: Organisation = context["organisation"]
    url = absolute(organisation.get_absolute_url())
    place = city_node(organisation.city)
    node = {
        **(organisation_node(organisation) or {}),
        "@id": f"{url}#thing",
        "sameAs": organisation.website,
        "location": place,
    }
    return Description(name=organisation.name, thing=compact(node))


@describes_screen("vocabulary")
def _vocabulary(context: dict[str, Any], request: HttpRequest) -> Description:
    thing = {"@type": "DefinedTermSet", "@id": _vocabulary_id(), "name": _("Vocabulary"), "url": absolute(request.path)}
    return Description(name=_("Vocabulary"), page_type="CollectionPage", thing=thing)


@describes_screen("concept")
def _concept(context: dict[str, Any], request: HttpRequest) -> Description:
    concept: Concept = context["concept"]
    other_names = {name for one in context["labels"] for name in (one.preferred, *one.alternatives) if name}
    thing = {
        "@type": "DefinedTerm",
        "@id": str(context["uri"]),
        "name": concept.label(),
        "alternateName": sorted(other_names - {concept.label()}),
        "termCode": concept.key,
        "url": absolute(request.path),
        "inDefinedTermSet": {"@id": _vocabulary_id(), "@type": "DefinedTermSet"},
    }
    trail = [
        (_("Vocabulary"), reverse("vocabulary")),
        *((one.label(), one.get_absolute_url()) for one in context["broader"]),
    ]
    return Description(name=concept.label(), thing=compact(thing), trail=trail)


def _vocabulary_id() -> str:
    return f"{settings.BASE_URL}/vocabulary/"


@describes_screen("search:search")
def _search(context: dict[str, Any], request: HttpRequest) -> Description:
    found = [*context.get("own", ()), *context.get("other", ())]
    items = [
        {"@type": "ListItem", "position": place, "name": result.hit.title, "url": absolute(result.address)}
        for place, result in enumerate(found, start=1)
    ]
    url = absolute(request.path)
    thing = {"@type": "ItemList", "@id": f"{url}#list", "numberOfItems": len(items), "itemListElement": items}
    return Description(name=_("Search"), page_type="SearchResultsPage", thing=compact(thing) if items else None)
