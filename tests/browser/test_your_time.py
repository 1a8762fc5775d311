"""The reader's time as the browser adds it: the same words as the server's, in every language and zone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template import RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from common.moments import span_in_words

MODULE = Path(settings.BASE_DIR) / "static" / "js" / "your-time.js"
POLICY = "default-src 'self'"
LANGUAGES = ["fr", "en", "de", "it", "nl", "es", "pt"]
READERS = [
    "Europe/Berlin",
    "Europe/Lisbon",
    "America/New_York",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",
]
PLACES = ["Europe/Berlin", "Europe/Athens", "Pacific/Pago_Pago", "Africa/Casablanca"]
MOMENTS = [
    "2027-05-03T12:00",
    "2026-12-31T22:30",
    "2027-01-09T07:05",
    # Around changes of clocks: those of Europe, America, and Lord Howe.
    "2026-03-29T00:30",
    "2026-10-25T00:30",
    "2026-10-25T01:30",
    "2026-11-01T05:15",
    "2026-11-01T06:15",
    "2026-04-04T14:45",
    "2026-04-04T15:15",
]
LENGTHS = [0, 90, 3000]


def cases():
    """Each place, start and length, with its day and without."""
    for zone in PLACES:
        for text in MOMENTS:
            start = datetime.fromisoformat(text).replace(tzinfo=UTC)
            for minutes in LENGTHS:
                for with_day in (True, False):
                    yield start, start + timedelta(minutes=minutes), ZoneInfo(zone), with_day


def as_served(language):
    """What a visitor gets: a page with all cases, each in an element."""
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    source = "{% load moments %}{% for start, end, zone, with_day in cases %}<p>{% span start end zone 'Augsburg' with_day=with_day %}</p>{% endfor %}"
    with translation.override(language):
        body = Template(source).render(RequestContext(request, {"cases": list(cases())}))
    return f'<!doctype html><html lang="{language}"><body>{body}<script type="module" src="/your-time.js"></script></body></html>'


def read_in_browser(context, html):
    """The words of every element after the script ran; what the browser complained of, if anything."""
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.route("**/*", lambda route: route.fulfill(status=404))
    page.route(
        "**/page",
        lambda route: route.fulfill(
            body=html, content_type="text/html; charset=utf-8", headers={"content-security-policy": POLICY}
        ),
    )
    page.route("**/your-time.js", lambda route: route.fulfill(path=MODULE, content_type="text/javascript"))
    page.goto("http://portal.test/page")
    words = page.locator("time").all_text_contents()
    page.close()
    return words, [problem for problem in problems if "404" not in problem]


@pytest.mark.parametrize("reader", READERS)
def test_browser_says_the_words_of_the_server(chromium, reader):
    context = chromium.new_context(timezone_id=reader, locale="ja-JP")
    try:
        for language in LANGUAGES:
            words, problems = read_in_browser(context, as_served(language))
            with translation.override(language):
                expected = [
                    span_in_words(start, end, zone, "Augsburg", ZoneInfo(reader), with_day=with_day)
                    for start, end, zone, with_day in cases()
                ]
            assert problems == []
            assert [pair for pair in zip(words, expected, strict=True) if pair[0] != pair[1]] == []
    finally:
        context.close()


def test_without_scripts_the_places_time_stands(chromium):
    context = chromium.new_context(timezone_id="Asia/Kathmandu", java_script_enabled=False)
    words, _problems = read_in_browser(context, as_served("en"))
    context.close()
    assert words == [
        span_in_words(start, end, zone, "Augsburg", with_day=with_day) for start, end, zone, with_day in cases()
    ]
