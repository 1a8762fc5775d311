"""What reviewers look at, in words: shown to those who write, those who review, and everybody who wonders."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = Promise | str


@dataclass(frozen=True, slots=True)
class Criteria:
    title: Text
    introduction: Text
    points: Sequence[Text]


CRITERIA: tuple[Criteria, ...] = (
    Criteria(
        _("What excludes a sheet"),
        _("One of these is enough to send it back, whatever else it says."),
        (
            _("It advertises a product or a company rather than telling what a city does."),
            _("It names or shows identifiable people who have not agreed to it."),
            _("It breaks the law, fundamental rights or data protection, or does not say how it respects them."),
            _("It singles out people for where they come from, what they believe or what they look like."),
            _("The city or organisation named in it does not stand behind it."),
        ),
    ),
    Criteria(
        _("For “checked”: complete and clear"),
        _("Each of these has to be met."),
        (
            _("It is about the security or safety of people in a city."),
            _("The problem, what is done, for whom, and what came of it can be understood without other documents."),
            _("It is or has been tried: a plan alone is not yet a practice, and an idea is called an idea."),
            _("It says what did not work as openly as what did."),
            _("Claims and figures carry their source and date."),
            _("Somebody can be asked."),
        ),
    ),
    Criteria(
        _("For “validated”: relevant, effective as far as is known, and transferable"),
        _("All of “checked”, and each of these."),
        (
            _("Relevant: it answers a problem that other cities have, and says how the city knew of it."),
            _("Effective as far as is known: it says how it is meant to work, and somebody looked into its results."),
            _("Transferable: another city can tell what it needs, what it costs, and which partners it takes."),
            _("Fair: it says whether data about people are used, and how that was assessed."),
            _("Every field that a validated sheet needs is filled in."),
        ),
    ),
    Criteria(
        _("How evidence is confirmed"),
        _(
            "The city claims in five dimensions how well something is supported: described, with figures, evaluated, "
            "or evaluated independently. A reviewer confirms each claim apart."
        ),
        (
            _("The reviewer looks at the report, the figures or the source itself, and says which."),
            _("The level confirmed is the one that the reviewer found; it may be lower than the one claimed."),
            _("What nobody looked at stays a claim of the city, and is shown as one."),
            _("When a claim is dropped, its confirmation goes with it."),
        ),
    ),
    Criteria(
        _("Who decides"),
        _("The coordinators of the sheet’s working group, usually within two weeks."),
        (
            _("Nobody accepts a sheet of their own as long as somebody else can."),
            _("Whoever accepts gives a reason, which stands beside the sheet. Whoever sends back says what to change."),
            _("Once a year the authors are asked whether the sheet is still true; the answer stands beside it."),
        ),
    ),
)
