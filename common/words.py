"""Words that exist in several languages and belong to no page: titles of sessions, names of tracks, questions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from common.languages import CODES, own_name


def best_words(words: Mapping[str, str], order: Sequence[str]) -> tuple[str, str]:
    """The text and its language: the first in ``order`` that is there; two empty strings where there is none."""
    return next(((words[code], code) for code in order if words.get(code)), ("", ""))


def check_words(words: Any) -> dict[str, str]:
    """``words`` without empty texts, in the portal's order of languages. Raises ValidationError for anything else."""
    if not isinstance(words, dict) or any(
        code not in CODES or not isinstance(text, str) for code, text in words.items()
    ):
        raise ValidationError(_("Give the text in the languages of the portal."))
    stripped = {code: words[code].strip() for code in CODES if code in words}
    return {code: text for code, text in stripped.items() if text}


class WordsField(models.JSONField):
    """``{"fr": "Accueil", "en": "Welcome"}``: a text in any of the portal's languages, empty ones left out.

    ``longest`` is the greatest number of characters in one language; ``is_long`` asks for it in a text area.
    """

    def __init__(self, *args: Any, longest: int = 200, is_long: bool = False, **kwargs: Any) -> None:
        self.longest, self.is_long = longest, is_long
        super().__init__(*args, **{"default": dict, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> dict[str, str]:
        words = check_words(super().clean(value, model_instance) or {})
        if not words and not self.blank:
            raise ValidationError(_("Give it in at least one language."), code="required")
        for code, text in words.items():
            if len(text) > self.longest:
                raise ValidationError(
                    _("In “%(language)s” it has %(length)s characters; at most %(longest)s are possible.")
                    % {"language": own_name(code), "length": len(text), "longest": self.longest}
                )
        return words

    def formfield(self, **kwargs: Any) -> Any:
        return WordsFormField(
            longest=self.longest,
            is_long=self.is_long,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            **{name: value for name, value in kwargs.items() if name in {"initial"}},
        )


class WordsInput(forms.MultiWidget):
    """A text a language, each labelled with the language's own name."""

    template_name = "components/words_input.html"
    use_fieldset = True

    def __init__(self, languages: Iterable[str], *, is_long: bool, longest: int) -> None:
        self.languages = tuple(languages)
        kind = forms.Textarea if is_long else forms.TextInput
        attributes = {"maxlength": longest} | ({"rows": 4} if is_long else {})
        super().__init__({code: kind(attrs={**attributes, "lang": code}) for code in self.languages})

    def decompress(self, value: Any) -> list[str]:
        return [(value or {}).get(code, "") for code in self.languages]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for code, part in zip(self.languages, context["widget"]["subwidgets"], strict=True):
            part["language"] = code
            part["language_name"] = own_name(code)
        return context


class WordsFormField(forms.MultiValueField):
    """The field of a form for a ``WordsField``; ``show_languages`` says in which languages it asks."""

    def __init__(self, *, longest: int = 200, is_long: bool = False, **kwargs: Any) -> None:
        self.longest, self.is_long = longest, is_long
        super().__init__(fields=[], require_all_fields=False, **kwargs)
        self.show_languages(CODES)

    def show_languages(self, languages: Iterable[str]) -> None:
        """Ask in these languages, in this order."""
        self.languages = tuple(languages)
        self.fields = [forms.CharField(required=False, max_length=self.longest) for _code in self.languages]
        self.widget = WordsInput(self.languages, is_long=self.is_long, longest=self.longest)
        self.widget.is_required = self.required

    def validate(self, value: dict[str, str]) -> None:
        # Blanks in every language are no text.
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def compress(self, data_list: list[str]) -> dict[str, str]:
        return {code: text for code, text in zip(self.languages, data_list, strict=False) if text}
