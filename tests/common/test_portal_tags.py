import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("language", "shown"), [("fr", "Ville\u00a0: Turin"), ("de", "Ville: Turin"), ("en", "Ville: Turin")]
)
def test_colon_stands_as_the_language_has_it(language, shown):
    with translation.override(language):
        assert Template("{% load portal %}Ville{% colon %} Turin").render(Context()) == shown
