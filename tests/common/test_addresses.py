import pytest

from common.addresses import address_in
from tests.factories import PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "address"),
    [("nl", "/nl/praktijken/bart/"), ("de", "/de/praktijken/bart/"), ("en", "/en/praktijken/bart/")],
)
def test_address_in_keeps_the_path_and_changes_the_prefix(language, address):
    sheet = PracticeSheetFactory(language="nl", slug="bart")
    assert address_in(sheet, language) == address
