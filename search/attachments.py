"""The text of the files that sheets offer: read once for each file, outside of requests, and kept."""

from __future__ import annotations

import hashlib
import json
import logging
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.documents.models import Document

from practices.models import Attachment, PracticeSheet
from search import extraction
from search.models import AttachmentText, Reading, Refusal

LONGEST_TEXT = 200_000
LARGEST_FILE = 50 * 1024**2
PROCESSOR_SECONDS = 30
"""For one file. Pages not read in half of it are left out."""
PATIENCE_SECONDS = 90
"""On the clock: a process that waits uses no processor time."""
LOOK_SECONDS = 0.25

Meanwhile = Callable[[], object]

logger = logging.getLogger(__name__)


# ---------------------------------------------------------------- which files


def unread_documents() -> QuerySet[Document]:
    """The documents that a published sheet offers and of which the file, as it is now, was not read yet."""
    offered = Attachment.objects.filter(document=OuterRef("pk"), sheet__live=True)
    read = AttachmentText.objects.filter(document=OuterRef("pk"), file=OuterRef("file"))
    return Document.objects.filter(Exists(offered), ~Exists(read)).order_by("pk")


def sheets_offering(**documents: object) -> QuerySet[PracticeSheet]:
    """The sheets with a document that meets these conditions."""
    conditions = {f"document__{name}": value for name, value in documents.items()}
    return PracticeSheet.objects.filter(pk__in=Attachment.objects.filter(**conditions).values("sheet"))


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading a file."""

    state: Reading
    text: str = ""
    reason: Refusal | str = ""


def read_document(document: Document, meanwhile: Meanwhile | None = None) -> AttachmentText | None:
    """Read the file of ``document`` and keep what it says, or why it was not read; None if it was deleted meanwhile.

    ``meanwhile`` is called several times a second while it takes. Of a file that is the same as one that was read
    before, the text is taken from there.
    """
    digest, found = _read(document, meanwhile)
    values = {"file": document.file.name, "digest": digest, "state": found.state, "text": found.text}
    with transaction.atomic():
        if not Document.objects.select_for_update().filter(pk=document.pk).exists():
            return None
        kept, _created = AttachmentText.objects.update_or_create(
            document=document, defaults={**values, "reason": str(found.reason)}
        )
    return kept


def _read(document: Document, meanwhile: Meanwhile | None) -> tuple[str, Read]:
    try:
        with document.file.storage.open(document.file.name, "rb") as source, tempfile.TemporaryFile() as copy:
            digest = hashlib.blake2b(digest_size=16)
            size = 0
            while piece := source.read(1024**2):
                size += len(piece)
                if size > LARGEST_FILE:
                    return "", Read(Reading.REFUSED, reason=Refusal.TOO_LARGE)
                digest.update(piece)
                copy.write(piece)
            copy.seek(0)
            same = AttachmentText.objects.filter(digest=digest.hexdigest(), state=Reading.READ).first()
            if same:
                return same.digest, Read(Reading.READ, same.text)
            return digest.hexdigest(), read_file(copy, document.file.name, meanwhile=meanwhile)
    except Exception:
        # Storages raise what they like. A file that cannot be had is told, and keeps no other from being read.
        logger.exception("The file of document %s cannot be opened.", document.pk)
        return "", Read(Reading.REFUSED, reason=Refusal.MISSING)


def read_file(
    file: BinaryIO,
    name: str,
    *,
    seconds: int = PROCESSOR_SECONDS,
    patience: float = PATIENCE_SECONDS,
    meanwhile: Meanwhile | None = None,
) -> Read:
    """Have a file read by a process of its own, which cannot do harm. ``file`` must be one of the system's."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            # -I: neither the environment nor this folder decides what is imported.
            [sys.executable, "-I", extraction.__file__, PurePath(name).name[-200:], str(LONGEST_TEXT), str(seconds)],
            stdin=file.fileno(),
            stdout=output,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
            cwd=Path(extraction.__file__).anchor,
            close_fds=True,
        )
        try:
            in_time = _wait_for(process, patience, meanwhile)
        finally:
            process.kill()
            process.wait()
        if not in_time:
            return Read(Reading.REFUSED, reason=Refusal.TOO_LONG)
        output.seek(0)
        return _understood(process.returncode, output.read())


def _wait_for(process: subprocess.Popen, patience: float, meanwhile: Meanwhile | None) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            process.wait(LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            if meanwhile:
                meanwhile()
        else:
            return True
    return False


def _understood(status: int, output: bytes) -> Read:
    if -status in {signal.SIGKILL, signal.SIGXCPU}:
        # The kernel ended it when its time was over.
        return Read(Reading.REFUSED, reason=Refusal.TOO_LONG)
    try:
        answer = json.loads(output)
        if "reason" in answer:
            return Read(Reading.REFUSED, reason=Refusal(answer["reason"]))
        text = str(answer["text"])
    except (ValueError, KeyError, TypeError):
        return Read(Reading.REFUSED, reason=Refusal.DAMAGED)
    return Read(Reading.READ, text) if text else Read(Reading.NOTHING)
