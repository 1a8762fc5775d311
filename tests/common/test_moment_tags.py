"""Moments on pages: what the server says, and what it leaves to the browser."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template

from tests.factories import UserFactory

BERLIN = ZoneInfo("Europe/Berlin")
START, END = datetime(2027, 5, 3, 21, 30, tzinfo=UTC), datetime(2027, 5, 3, 21, 45, tzinfo=UTC)
VALUES = {"start": START, "end": END, "zone": BERLIN, "place": "A & B"}


@pytest.fixture
def render(rf):
    def render(source, person=None):
        request = rf.get("/en/")
        request.user = person or AnonymousUser()
        context = RequestContext(request, dict(VALUES))
        return Template("{% load moments %}" + source + "{% has_your_time as yours %}|{{ yours }}").render(context)

    return render


@pytest.mark.parametrize(
    ("tag", "time_zone", "html"),
    [
        (
            "{% moment start zone place %}",
            "Europe/Helsinki",
            '<time datetime="2027-05-03T23:30:00+02:00">3 May 2027, 23:30 in A &amp; B (00:30 on 4 May your time)</time>|False',
        ),
        (
            "{% moment start zone place with_day=False %}",
            "Europe/Helsinki",
            '<time datetime="2027-05-03T23:30:00+02:00">23:30 in A &amp; B on 3 May (00:30 on 4 May your time)</time>|False',
        ),
        (
            "{% span start end zone place %}",
            "Europe/Lisbon",
            '<time datetime="2027-05-03T23:30:00+02:00">3 May 2027, 23:30–23:45 in A &amp; B (22:30–22:45 your time)</time>|False',
        ),
        (
            "{% span start end zone place %}",
            "Europe/Rome",
            '<time datetime="2027-05-03T23:30:00+02:00">3 May 2027, 23:30–23:45 in A &amp; B</time>|False',
        ),
        ('{% span start end zone place precision="day" %}', "", '<time datetime="2027-05-03">3 May 2027</time>|False'),
        ('{% span start end zone place precision="month" %}', "", '<time datetime="2027-05">May 2027</time>|False'),
    ],
)
def test_what_is_known_is_said_by_the_server(render, tag, time_zone, html):
    assert render(tag, UserFactory.build(time_zone=time_zone)) == html


@pytest.mark.parametrize("person", [None, UserFactory.build(time_zone="")])
def test_what_is_not_known_is_left_to_the_browser_with_the_sentences_for_it(render, person):
    assert render("{% span start end zone place %}", person) == (
        '<time datetime="2027-05-03T23:30:00+02:00" data-portal-end="2027-05-03T23:45:00+02:00" '
        'data-portal-locale="en-GB" data-portal-on-day="%(times)s on %(day)s" '
        'data-portal-several-days="%(first_day)s, %(start)s – %(last_day)s, %(end)s" '
        'data-portal-your-time="%(there)s (%(here)s your time)">'
        "3 May 2027, 23:30–23:45 in A &amp; B</time>|True"
    )
    assert 'data-portal-with-day="23:30 in A &amp; B on 3 May"' in render(
        "{% moment start zone place with_day=False %}", person
    )


def test_without_a_request_the_places_time_stands_alone():
    from django.template import Context

    source = "{% load moments %}{% moment start zone place %}{% has_your_time as yours %}{{ yours }}"
    assert Template(source).render(Context(VALUES)) == (
        '<time datetime="2027-05-03T23:30:00+02:00">3 May 2027, 23:30 in A &amp; B</time>False'
    )


def test_component_without_the_request_among_its_values_knows_the_reader(render, tmp_path, settings):
    (tmp_path / "component.html").write_text("{% load moments %}{% moment start zone place %}")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    include = '{% include "component.html" with start=start zone=zone place="X" only %}'
    assert "23:30 in X (22:30 your time)</time>|False" in render(include, UserFactory.build(time_zone="Europe/Lisbon"))
    assert render(include).endswith("3 May 2027, 23:30 in X</time>|True")


@pytest.mark.django_db
def test_script_is_loaded_only_where_a_time_waits_for_it(client, rf):
    assert b"your-time" not in client.get("/en/profile/", follow=True).content
    # The base page, with a time in its content.
    request = rf.get("/en/")
    request.user, request.resolver_match = AnonymousUser(), None
    source = '{% extends "base.html" %}{% load moments %}{% block content %}{% moment start zone place %}{% endblock %}'
    page = Template(source).render(RequestContext(request, dict(VALUES)))
    assert page.count('<script type="module" src="/static/js/your-time.js">') == 1
