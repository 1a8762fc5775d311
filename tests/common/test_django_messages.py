import pytest
from django.core.exceptions import ValidationError
from django.forms import EmailField
from django.utils import translation

from common.django_messages import SAID_ANEW


@pytest.mark.parametrize("language", ["fr", "de", "it", "nl", "es", "pt"])
def test_messages_of_django_are_said_as_the_portal_speaks(language):
    with translation.override(language):
        assert [message for message in SAID_ANEW if translation.gettext(message) == message] == []


def test_field_says_the_message_of_the_portal():
    with translation.override("it"):
        with pytest.raises(ValidationError) as refused:
            EmailField().clean("x")
        assert refused.value.messages == ["Questo indirizzo e-mail non è valido."]
