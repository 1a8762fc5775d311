"""From a content folder to the database: creates what its files say, or brings it up to date."""

from pathlib import Path

from portal.content.discussions import DiscussionLoader
from portal.content.loaded import Loaded
from portal.content.network import NetworkLoader
from portal.content.pages import PageLoader
from portal.content.tables import read_folder, read_table
from search.actions.relevance import judge_query
from search.models import JudgedQuery, ResultList


class ContentLoader:
    """Loads one content folder, and remembers by key what it has loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.loaded = folder, Loaded()

    def load(self) -> None:
        """Load everything, each thing after what it names. Raises ContentError."""
        network, pages = NetworkLoader(self.folder, self.loaded), PageLoader(self.loaded)
        network.load_vocabulary()
        network.load_cities()
        network.load_organisations()
        network.load_people()
        for name, load in (
            ("pages", pages.load_standard_page),
            ("groups", pages.load_group),
            ("projects", pages.load_project),
            ("practices", pages.load_sheet),
            ("projects", pages.load_recommendations),
            ("events", pages.load_event),
        ):
            for table in read_folder(self.folder / name):
                load(table)
        network.load_memberships()
        discussions = DiscussionLoader(self.loaded)
        for name, load in (("discussions", discussions.load_thread), ("calls", discussions.load_call)):
            for table in read_folder(self.folder / name):
                load(table)
        self.load_judged_queries()

    def load_judged_queries(self) -> None:
        """Queries and the page that each should find first; a folder need not have any."""
        path = self.folder / "judged_queries.toml"
        if not path.exists():
            return
        known = {(query.text, query.language): query for query in JudgedQuery.objects.prefetch_related("expected")}
        for table in read_table(path).tables("query"):
            text, language, name = table.get("text", str), table.get("language", str), table.get("list", str)
            first = table.find("first", self.loaded.pages)
            key = f"{first._meta.label_lower}:{first.translation_key}"
            if name not in ResultList.values:
                raise table.error("list", f"“{name}” is not one of {', '.join(ResultList.values)}.")
            judge_query(
                judged=known.get((text, language)),
                text=text,
                language=language,
                note=table.text("note"),
                own=[key] if name == ResultList.OWN else [],
                other=[key] if name == ResultList.OTHER else [],
            )
