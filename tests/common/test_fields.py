from pathlib import Path

from django.conf import settings

from common.blocks import BodyBlock
from common.fields import StreamField


def test_stream_field_says_nothing_of_its_blocks_to_migrations():
    _name, path, args, kwargs = StreamField(BodyBlock(), blank=True).deconstruct()
    assert (path, args, kwargs) == ("common.fields.StreamField", [], {"blank": True})


def test_no_migration_holds_blocks():
    migrations = Path(settings.BASE_DIR).glob("*/migrations/0*.py")
    assert [path for path in migrations if "blocks." in path.read_text()] == []
