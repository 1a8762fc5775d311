"""How to cite a version of a sheet: in words, for BibTeX and for programs that read RIS."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from wagtail.models import Site

from common.dates import day_in_words
from practices.models import PracticeSheet, SheetVersion

# What LaTeX reads as commands. One pass, so that no replacement is replaced again.
_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def one_line(text: str) -> str:
    """Without line breaks and control characters, which would begin a new field."""
    printable = "".join(
        " " if unicodedata.category(character) in {"Cc", "Zl", "Zp"} else character for character in text
    )
    return re.sub(r"\s+", " ", printable).strip()


def publisher_of(request: HttpRequest) -> str:
    """The name of the network, as it stands on every page."""
    site = Site.find_for_request(request)
    return site.site_name if site else ""


@dataclass(frozen=True, slots=True)
class Citation:
    number: int
    author: str
    title: str
    version: int
    published: date
    publisher: str
    address: str
    language: str
    doi: str

    @classmethod
    def of(cls, version: SheetVersion, sheet: PracticeSheet, publisher: str) -> "Citation":
        """``sheet`` is the sheet as that version says it."""
        # The same address whoever cites it: behind the prefix of the sheet’s own language.
        with translation.override(sheet.language):
            path = version.get_absolute_url()
        return cls(
            number=sheet.practice_id,
            author=one_line(sheet.organisation.name if sheet.organisation else sheet.city.own_name),
            title=one_line(sheet.title),
            version=version.number,
            published=timezone.localdate(version.published_at),
            publisher=one_line(publisher),
            address=settings.BASE_URL + path,
            language=sheet.language,
            doi=one_line(sheet.doi).removeprefix("https://doi.org/"),
        )

    @property
    def key(self) -> str:
        """Unique in the portal, and made of what BibTeX takes in a key."""
        return f"practice-{self.number}-{self.language}-v{self.version}"

    @property
    def doi_address(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def in_words(self) -> str:
        parts = [
            f"{self.author} ({self.published.year}).",
            self.title if self.title.endswith((".", "!", "?", "…")) else f"{self.title}.",
            _("Practice sheet no. %(number)s, version %(version)s of %(day)s.")
            % {"number": self.number, "version": self.version, "day": day_in_words(self.published)},
            f"{self.publisher}." if self.publisher else "",
            self.doi_address or self.address,
        ]
        return " ".join(part for part in parts if part)

    @property
    def bibtex(self) -> str:
        fields = {
            # A name in braces of its own is an organisation’s: not to be taken apart into first and last names.
            "author": f"{{{_latex(self.author)}}}",
            "title": f"{{{_latex(self.title)}}}",
            "year": str(self.published.year),
            "month": str(self.published.month),
            "publisher": _latex(self.publisher),
            "type": "Practice sheet",
            "number": str(self.number),
            "version": str(self.version),
            "language": self.language,
            "url": _address(self.address),
            "doi": _latex(self.doi),
        }
        lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value and value != "{}"]
        return "\n".join([f"@misc{{{self.key},", *lines, "}", ""])

    @property
    def ris(self) -> str:
        fields = [
            ("TY", "RPRT"),
            ("TI", self.title),
            # The comma says that there is no first name.
            ("AU", f"{self.author.replace(',', '')},"),
            ("PY", str(self.published.year)),
            ("DA", self.published.strftime("%Y/%m/%d")),
            ("PB", self.publisher),
            ("M3", "Practice sheet"),
            ("SN", str(self.number)),
            ("ET", str(self.version)),
            ("LA", self.language),
            ("DO", self.doi),
            ("UR", self.address),
            ("ER", ""),
        ]
        return "".join(f"{tag}  - {value}\r\n" for tag, value in fields if value or tag == "ER")


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in text)


def _address(address: str) -> str:
    """For a field that LaTeX sets verbatim: only what would end it is escaped."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")
