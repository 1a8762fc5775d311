"""What a browser fetches to show a page for the first time, pictures excluded, in bytes as they are sent."""

import re
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from http.client import HTTPConnection, responses
from urllib.parse import urljoin, urlsplit

from bench.errors import BenchError
from bench.load import HEADERS, REQUEST_TIMEOUT

LIMIT = 100_000
"""Bytes that the first view of the home page may take."""

FONT_IN_STYLES = re.compile(r"""url\(["']?([^"')]+\.woff2)["']?\)""")
IMPORT_IN_SCRIPT = re.compile(r"""(?:from|import)\s*["']([^"']+\.js)["']""")


@dataclass(frozen=True, slots=True)
class Transfer:
    address: str
    sent: int
    """Bytes of the answer, its headers included."""
    encoding: str


def first_view(host: str, port: int, address: str) -> list[Transfer]:
    """The page, then its style sheets, scripts, and every font that the style sheets name."""
    transfers: dict[str, Transfer] = {}
    waiting = [address]
    while waiting:
        current = waiting.pop(0)
        if current in transfers:
            continue
        transfers[current], text = _fetch(host, port, current)
        waiting += [urljoin(current, found) for found in _named_in(current, text)]
    return list(transfers.values())


def _named_in(address: str, text: str) -> list[str]:
    path = urlsplit(address).path
    if path.endswith(".css"):
        return FONT_IN_STYLES.findall(text)
    if path.endswith(".js"):
        return IMPORT_IN_SCRIPT.findall(text)
    if path.endswith("/"):
        parser = _Links()
        parser.feed(text)
        return parser.found
    return []


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "script" and "src" in values:
            self.found.append(values["src"])
        elif tag == "link" and {"stylesheet", "preload", "modulepreload"} & set(values.get("rel", "").split()):
            self.found.append(values["href"])


def _fetch(host: str, port: int, address: str) -> tuple[Transfer, str]:
    """The answer as browsers get it, and its text, which is asked for once more: without compression."""
    status, headers, body = _ask(host, port, address, HEADERS)
    status_line = len(f"HTTP/1.1 {status} {responses[status]}\r\n")
    sent = status_line + sum(len(f"{name}: {value}\r\n") for name, value in headers.items()) + len("\r\n") + len(body)
    text = _ask(host, port, address, {})[2].decode(errors="replace")
    return Transfer(address, sent, headers.get("Content-Encoding", "none")), text


def _ask(host: str, port: int, address: str, headers: dict[str, str]) -> tuple[int, Message, bytes]:
    connection = HTTPConnection(host, port, timeout=REQUEST_TIMEOUT)
    try:
        connection.request("GET", address, headers=headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    if response.status != 200:
        raise BenchError(f"{address} was answered with {response.status}, not 200.")
    return response.status, response.headers, body
