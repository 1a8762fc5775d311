import pytest
from django.core.management import CommandError, call_command

from taxonomy.models import Concept
from tests.factories import ConceptFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    ConceptFactory(key="theft", names={"en": "theft"})
    return tmp_path / "vocabulary.rdf"


def test_export_and_import_in_the_format_of_the_file(file, capsys):
    call_command("skos", "export", str(file))
    assert file.read_text().startswith("<?xml")
    Concept.objects.all().delete()
    call_command("skos", "import", str(file), "--dry-run")
    assert capsys.readouterr().out.splitlines() == [
        "add theft: theft", "1 to add, 0 to change, 0 as they are, 0 not in the file and left alone.", "Nothing was written.",
    ]  # fmt: skip
    assert Concept.objects.count() == 0
    call_command("skos", "import", str(file))
    assert capsys.readouterr().out.splitlines()[-1] == "1 added, 0 changed."
    assert Concept.objects.get().label() == "theft"


@pytest.mark.parametrize(
    ("arguments", "start"), [([], "@prefix"), (["--format", "jsonld"], "{"), (["--format", "rdf"], "<?xml")]
)
def test_export_goes_to_the_terminal_by_default(file, capsys, arguments, start):
    call_command("skos", "export", *arguments)
    assert capsys.readouterr().out.startswith(start)


def test_a_file_with_errors_changes_nothing(file, capsys):
    file.with_suffix(".ttl").write_text("nonsense")
    with pytest.raises(CommandError, match="1 errors: nothing was imported"):
        call_command("skos", "import", str(file.with_suffix(".ttl")))
    assert capsys.readouterr().out.splitlines()[0] == "error: vocabulary.ttl: Line 1: this is not Turtle."


@pytest.mark.parametrize("command", [["import", "{}/nothing.ttl"], ["export", "{}/nothing/file.ttl"]])
def test_missing_files_and_folders_are_named(tmp_path, command):
    with pytest.raises(CommandError, match="No such file"):
        call_command("skos", *(part.format(tmp_path) for part in command))
