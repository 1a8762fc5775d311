"""Translations: from catalogues as people edit them to those that are read at run time.

Done with Babel, so that the portal starts on machines without GNU gettext.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def compile_catalogues() -> int:
    """Compile the catalogues that are newer than their compiled form. Returns how many there were."""
    compiled = 0
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as catalogue:
                messages = read_po(catalogue, locale=source.parts[-3])
            # Written aside under a name of its own: several processes may start at once.
            draft = target.with_suffix(f".mo.{os.getpid()}")
            with draft.open("wb") as binary:
                write_mo(binary, messages)
            draft.replace(target)
            compiled += 1
    return compiled
