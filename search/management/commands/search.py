"""``search QUERY``: what a visitor would get."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from common.addresses import address_in
from common.languages import CODES, complete_order
from common.models import BasePage
from search.engine import Hit, IndexUnavailable
from search.queries import results_of, search_as


class Command(BaseCommand):
    help = "Search as a visitor would, and print what is found."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("query")
        parser.add_argument("--language", choices=CODES, default=settings.LANGUAGE_CODE)
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, query: str, language: str, limit: int, **options: Any) -> None:
        if limit < 1:
            raise CommandError("--limit must be at least 1.")
        try:
            with translation.override(language):
                found = self._search(query, language, limit)
        except IndexUnavailable as error:
            raise CommandError(f"{error} Run: manage.py search_index rebuild") from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self._print(found)

    def _search(self, query: str, language: str, limit: int) -> dict[str, Any]:
        visitor = AnonymousUser()
        request, ranking = search_as(visitor, query, language=language, reading_order=complete_order((language,)))

        def described(hits: Sequence[Hit]) -> list[dict]:
            return [
                {
                    "key": result.hit.key,
                    "language": result.hit.language,
                    "type": result.hit.type,
                    "title": result.hit.title,
                    "url": self._address(result.object, language),
                    "score": round(result.hit.score, 4),
                    "matched": result.hit.matched,
                }
                for result in results_of(visitor, request, hits[:limit])
            ]

        return {
            "own": described(ranking.own),
            "other": described(ranking.other),
            "suggestion": ranking.suggestion,
        }

    def _address(self, found: Any, language: str) -> str:
        return address_in(found, language) if isinstance(found, BasePage) else str(found.get_absolute_url())

    def _print(self, found: dict) -> None:
        for name, heading in (("own", "In this language"), ("other", "In other languages")):
            if found[name]:
                self.stdout.write(heading)
            for hit in found[name]:
                self.stdout.write(f"  {hit['score']:8.3f}  [{hit['language']}] {hit['title']}  {hit['url']}")
        if found["suggestion"]:
            self.stdout.write(f"Did you mean: {found['suggestion']}")
        if not (found["own"] or found["other"]):
            self.stdout.write("Nothing found.")
