"""Somebody answers a letter from a mail program, and colleagues read it on the portal."""

from pathlib import Path

from tests.browser.letters import hand_in

MAILS = Path(__file__).parents[1] / "discussions" / "mails"

ASK = """
from discussions.actions.posting import open_thread
from discussions.reply_addresses import reply_address
from groups.models import Membership
from members.models import User

asker = User.objects.get(email="coordinator@example.org")
answerer = User.objects.get(email="member@example.org")
group = Membership.objects.filter(user=asker, group__memberships__user=answerer).first().group
thread = open_thread(group=group, author=asker, title="Who dims lamps?", text="Has anybody measured it?", language="en")
print(thread.get_absolute_url(), reply_address(thread.posts.get(), answerer))
"""


def test_answer_from_a_mail_program_stands_in_the_discussion(portal, page, log_in):
    address, reply_to = portal.run(ASK).split()
    letter = (
        (MAILS / "outlook-desktop-en.eml").read_bytes().replace(b"aoife.brennan@en.example.org", b"member@example.org")
    )
    letter = letter.replace(b"replies+1-u1-aaaaaaaaaaaaaaaa@portal.example.org", reply_to.encode())
    for _delivery in range(2):
        assert hand_in(portal, letter) == "posted"

    log_in("coordinator@example.org")
    page.goto(address)
    answers = page.get_by_text("In 2024 we dimmed two parks to 40 % after midnight")
    assert answers.count() == 1
    shown = page.locator("main").inner_text()
    assert "The questionnaire is ours to share; tell me where to put it." in shown
    for left_out in ("Kind regards", "Senior Officer", "Sent:", "You get this letter because"):
        assert left_out not in shown
