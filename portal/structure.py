"""The words of the skeleton: home and sections, from a content file."""

from pathlib import Path

from portal.actions import SECTIONS, PageTexts, create_skeleton
from portal.content.tables import Table, read_table


def create_structure(path: Path, *, network_name: str | None = None) -> None:
    """Create or update the skeleton as the file says. With ``network_name``, home is called so and says no more."""
    structure = read_table(path)
    home = {language: _home(texts, network_name) for language, texts in structure.table("home").versions()}
    sections = {
        name: {language: _section(texts) for language, texts in structure.table(name).versions()} for name in SECTIONS
    }
    create_skeleton(home=home, sections=sections)


def _home(texts: Table, network_name: str | None) -> PageTexts:
    language = texts.name.rpartition(".")[2]
    slug = "home" if language == "en" else f"home-{language}"
    if network_name:
        return PageTexts(title=network_name, slug=slug)
    return PageTexts(
        title=texts.get("title", str),
        slug=slug,
        summary=texts.text("introduction"),
        headline=texts.text("headline"),
    )


def _section(texts: Table) -> PageTexts:
    return PageTexts(title=texts.get("title", str), slug=texts.get("slug", str), summary=texts.text("introduction"))
