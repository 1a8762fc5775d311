"""Demonstration content with a mistake in it."""

import pytest
from django.core.management import CommandError, call_command


def spoil(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def check_refusal(content, settings, file, old, new, reason):
    line = spoil(content / file, old, new)
    settings.CONTENT_DIR = str(content)
    with pytest.raises(CommandError) as refused:
        call_command("load_demo")
    assert str(refused.value).startswith(f"{content / file}, line {line}: {reason}")
