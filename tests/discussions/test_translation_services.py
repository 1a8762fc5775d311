"""The adapters, spoken to by a server on this machine that behaves as the services do, or badly."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from discussions.translation import TranslationFailed, get_translator
from discussions.translation.deepl import DeepL
from discussions.translation.libretranslate import LibreTranslate


class Service:
    """Remembers what it was asked; ``answer`` is what it says: (status, body)."""

    def __init__(self):
        self.asked = []
        self.answer = (200, b"{}")
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append((self.path, json.loads(body), dict(self.headers)))
                status, answer = service.answer(json.loads(body)) if callable(service.answer) else service.answer
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"{service.address}/elsewhere")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def service():
    service = Service()
    yield service
    service.stop()


def test_libretranslate_is_asked_for_html_with_its_key(service):
    service.answer = (200, json.dumps({"translatedText": "<p>Guten Tag</p>"}).encode())
    translator = LibreTranslate(address=f"{service.address}/api/", key="secret")
    assert translator.translate("<p>Good day</p>", "en", "de") == "<p>Guten Tag</p>"
    path, question, _headers = service.asked[0]
    assert (path, question) == (
        "/api/translate",
        {"q": "<p>Good day</p>", "source": "en", "target": "de", "format": "html", "api_key": "secret"},
    )


def test_libretranslate_without_a_key_sends_none(service):
    service.answer = (200, json.dumps({"translatedText": "Bom dia"}).encode())
    LibreTranslate(address=service.address).translate("Good day", "en", "pt")
    assert "api_key" not in service.asked[0][1]


@pytest.mark.parametrize(("target", "asked"), [("en", "EN-GB"), ("pt", "PT-PT"), ("nl", "NL")])
def test_deepl_is_asked_for_html_in_its_own_names_of_languages(service, target, asked):
    service.answer = (200, json.dumps({"translations": [{"text": "<p>So</p>"}]}).encode())
    assert DeepL(key="k:fx", address=service.address).translate("<p>Così</p>", "it", target) == "<p>So</p>"
    path, question, headers = service.asked[0]
    assert (path, headers["Authorization"]) == ("/v2/translate", "DeepL-Auth-Key k:fx")
    assert question == {"text": ["<p>Così</p>"], "source_lang": "IT", "target_lang": asked, "tag_handling": "html"}


@pytest.mark.parametrize(("key", "host"), [("k:fx", "https://api-free.deepl.com"), ("k", "https://api.deepl.com")])
def test_deepl_has_another_address_for_keys_without_charge(key, host):
    assert DeepL(key=key).address == host


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((403, b"{}"), "status 403"),
        ((456, b"quota"), "status 456"),
        ((500, b""), "status 500"),
        ((302, b""), "status 302"),
        ((200, b"<html>"), "no JSON"),
        ((200, b"\xff\xfe"), "no JSON"),
        ((200, b"[]"), "another form"),
        ((200, b'{"translatedText": ""}'), "no text"),
        ((200, b'{"translatedText": ["x"]}'), "no text"),
    ],
)
def test_whatever_is_no_translation_is_a_failure_with_its_reason(service, answer, reason):
    service.answer = answer
    with pytest.raises(TranslationFailed, match=reason) as failed:
        LibreTranslate(address=service.address, key="secret").translate("confidential", "en", "de")
    assert "confidential" not in str(failed.value)
    assert "secret" not in str(failed.value)
    assert [path for path, _question, _headers in service.asked] == ["/translate"]


def test_service_that_is_not_there_is_a_failure():
    with pytest.raises(TranslationFailed, match="cannot be reached"):
        LibreTranslate(address="http://127.0.0.1:9").translate("x", "en", "de")


def test_service_that_does_not_answer_in_time_is_a_failure(service):
    wait = threading.Event()

    def slow(_question):
        wait.wait(5)
        return 200, b"{}"

    service.answer = slow
    try:
        with pytest.raises(TranslationFailed, match="cannot be reached"):
            LibreTranslate(address=service.address, seconds=1).translate("x", "en", "de")
    finally:
        wait.set()


def test_adapter_is_the_one_that_the_settings_name(settings):
    assert get_translator() is None
    settings.TRANSLATOR = {
        "ENGINE": "discussions.translation.libretranslate.LibreTranslate",
        "OPTIONS": {"address": "http://localhost:5000", "key": ""},
    }
    assert get_translator().name == "LibreTranslate"
