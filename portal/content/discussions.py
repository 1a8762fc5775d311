"""What content files say of discussions and calls. Each is written once, and never changed afterwards."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from common.languages import CODES
from discussions.actions.moderating import mark_answer
from discussions.actions.polls import ask_poll, vote
from discussions.actions.posting import add_post, open_thread
from discussions.models import Poll, Post, Thread
from members.models import User
from portal.asking.answers import give_consent, offer_answer, offer_of
from portal.asking.calls import call_the_network, text_of_call
from portal.content.loaded import Loaded
from portal.content.tables import Table
from practices.models import PracticeSheet

_CODES = {code: code for code in CODES}


@dataclass(frozen=True)
class DiscussionLoader:
    loaded: Loaded

    def load_thread(self, table: Table) -> None:
        """A discussion of a group, with the answer that solved it, a poll and what went to the sheet it is about."""
        group = table.find("group", self.loaded.pages)
        rows = list(table.tables("post"))
        if not rows:
            raise table.error("post", "a discussion has at least one [[post]].")
        author = table.find("started_by", self.loaded.people)
        title = table.get("title", str)
        if Thread.objects.of_group(group).filter(title=title, author=author).exists():
            return
        first, *replies = rows
        thread = open_thread(
            group=group,
            about=table.named("about", self.loaded.pages),
            addressed_to=table.named("addressed_to", self.loaded.cities),
            author=author,
            title=title,
            language=table.get("language", str),
            text=first.get("text", str).strip(),
            at=first.get("written", datetime),
        )
        Post.objects.filter(thread=thread).update(language=first.get("language", str))
        for row in replies:
            self._load_reply(thread, author, row)
        if "poll" in table.values:
            self._load_poll(thread, author, table)

    def _load_reply(self, thread: Thread, asker: User, row: Table) -> None:
        author = row.find("author", self.loaded.people)
        post = add_post(
            thread=thread,
            author=author,
            text=row.get("text", str).strip(),
            language=row.get("language", str),
            at=row.get("written", datetime),
        )
        if row.get("is_answer", bool, False):
            mark_answer(post=post, by=asker)
        if "on_the_sheet" in row.values:
            self._publish(post, author, row.table("on_the_sheet"))

    def _publish(self, post: Post, author: User, table: Table) -> None:
        """Offer an answer to the sheet, and have its author agree."""
        sheet = post.thread.about
        if not isinstance(sheet, PracticeSheet):
            raise table.error("on_the_sheet", "the discussion is about no sheet.")
        offer = offer_answer(
            post=post,
            sheet=sheet,
            by=table.find("offered_by", self.loaded.people),
            question=table.get("question", str),
            question_language=table.get("question_language", str),
            answer=table.text("answer") or post.source,
        )
        give_consent(offer=offer_of(author, offer.pk), answered_by=table.get("answered_by", str))

    def _load_poll(self, thread: Thread, asker: User, table: Table) -> None:
        poll_table = table.table("poll")
        options = list(poll_table.tables("option"))
        try:
            poll = ask_poll(
                thread=thread,
                by=asker,
                question=poll_table.words("question"),
                options=[option.words("words") for option in options],
                takes_several=bool(poll_table.get("takes_several", bool, False)),
                is_of_cities=bool(poll_table.get("is_of_cities", bool, False)),
                quorum=poll_table.get("quorum", int, None),
            )
            self._load_votes(poll, options)
        except ValidationError as error:
            raise table.error("poll", " ".join(error.messages)) from error

    def _load_votes(self, poll: Poll, options: list[Table]) -> None:
        chosen: dict[User, list[int]] = defaultdict(list)
        for row, option in zip(poll.options.all(), options, strict=True):
            for email in option.strings("votes"):
                chosen[option.find("votes", self.loaded.people, email)].append(row.pk)
        for voter, votes in chosen.items():
            vote(poll=poll, by=voter, options=votes)

    def load_call(self, table: Table) -> None:
        """A call to the network, of which the answers are wanted some days from now."""
        asker = table.find("asked_by", self.loaded.people)
        title = table.get("title", str)
        if Thread.objects.filter(title=title, author=asker, group=None).exists():
            return
        language = table.get("language", str)
        call = call_the_network(
            asker=asker,
            title=title,
            text=text_of_call(
                problem=table.text("problem"), tried=table.text("tried"), wanted=table.text("wanted"), language=language
            ),
            language=language,
            deadline=timezone.localdate() + timedelta(days=table.get("days", int)),
            languages=[table.find("languages", _CODES, code) for code in table.strings("languages")],
            addressees={table.find("cities", self.loaded.cities, key): None for key in table.strings("cities")},
        )
        for row in table.tables("answer"):
            add_post(
                thread=call.thread,
                author=row.find("author", self.loaded.people),
                text=row.get("text", str).strip(),
                language=row.get("language", str),
            )
