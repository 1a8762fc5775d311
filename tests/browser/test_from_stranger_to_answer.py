"""What the portal is there for: somebody joins, asks another city in Italian, is answered by mail in Dutch, and everybody finds the answer."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from playwright.sync_api import expect

from tests.browser.letters import address_in_letter, hand_in, letter_with, letters_to, text_of

pytestmark = pytest.mark.database

ASKER, PASSWORD = "grazia@torino.example", "tre lampioni accesi"
CONTACT = "bart@example.org"
QUESTION = "Quante segnalazioni al giorno?"
ANSWER = "Tijdens de proef waren het er een twaalftal per dag."

NEXT_MORNING = """
from datetime import timedelta
from django.utils import timezone
from notifications.actions import deliver_mail
from notifications.digests import send_due_digests
print(send_due_digests(timezone.now() + timedelta(days=1)))
deliver_mail.func()
"""


def reply_by_mail(portal, letter, text):
    """What a mail program makes of “Reply”, delivered to the portal as a mail server does."""
    reply = EmailMessage(policy=SMTP)
    reply["From"], reply["To"] = letter["To"], letter["Reply-To"]
    reply["Subject"] = f"Re: {letter['Subject']}"
    reply["Message-ID"] = "<20261129-1@mail.denhaag.example>"
    reply["In-Reply-To"] = letter["Message-ID"]
    quoted = "\n".join(f"> {line}" for line in text_of(letter).splitlines())
    reply.set_content(
        f"{text}\n\nMet vriendelijke groet,\nBART!\n\nOp ma 30 nov 2026 om 09:12 schreef het portaal <portal@example.org>:\n\n{quoted}\n"
    )
    return hand_in(portal, reply.as_bytes())


def test_stranger_joins_asks_in_italian_is_answered_in_dutch_by_mail_and_the_sheet_gets_the_answer(
    page, context, log_in, portal
):
    # A stranger asks to join, and is admitted from the coordinator's mail.
    page.goto("/en/groups/innovation-security/")
    page.click("text=Ask to join")
    page.fill("[name=first_name]", "Grazia")
    page.fill("[name=last_name]", "Torinese")
    page.fill("[name=email]", ASKER)
    page.fill("[name=message]", "I work on public space.")
    page.click("text=Send the request")
    page.goto(address_in_letter(portal, ASKER, "/asked/"))
    page.click("text=Yes, send my request")
    page.goto(
        address_in_letter(portal, "coordinator@example.org", "/answer/", below="Grazia Torinese").replace(
            "/fr/", "/en/", 1
        )
    )
    page.click("button:has-text('Admit')")
    page.wait_for_selector("text=belongs to the group now")
    page.goto(address_in_letter(portal, ASKER, "/account/begin/"))
    page.check("[name=shown_to][value=members]")
    page.fill("[name=password]", PASSWORD)
    page.click("text=Begin with this password")
    page.wait_for_selector(".account-menu")

    # She asks The Hague, in Italian.
    page.goto("/en/practices/bart/")
    page.get_by_role("link", name="Ask The Hague").click()
    page.fill("#id_title", QUESTION)
    page.fill("#id_text", "Durante la prova, quante ne arrivavano ogni giorno?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.locator("h1")).to_have_text(QUESTION)
    thread = page.url
    expect(page.locator(".post [lang=it]").first).to_be_visible()

    # The contact, who has no account, answers in Dutch by simply replying.
    letter, _found = letter_with(portal, CONTACT, "quante ne arrivavano")
    assert reply_by_mail(portal, letter, ANSWER) == "posted"
    page.reload()
    expect(page.locator(".post__text").last).to_have_text(ANSWER)
    expect(page.locator(".post__text").last).to_have_attribute("lang", "nl")
    context.clear_cookies()

    # A colleague of The Hague reads both, and the digest next morning carries each once.
    log_in("member@example.org")
    page.goto(thread)
    expect(page.locator(".post__text").last).to_have_text(ANSWER)
    context.clear_cookies()
    assert int(portal.run_by_the_clock(NEXT_MORNING)) > 0
    digests = [text_of(each) for each in letters_to(portal, "member.turin@example.org") if ANSWER in text_of(each)]
    assert [text.count(ANSWER) for text in digests] == [1]
    assert [text.count("quante ne arrivavano") for text in digests] == [1]
    assert portal.run_by_the_clock(NEXT_MORNING) == "0"

    # The answer is accepted, its author agrees, and it stands on the sheet for everybody.
    page.goto("/en/login/")
    page.fill("#id_login", ASKER)
    page.fill("#id_password", PASSWORD)
    page.click("main form button")
    page.goto(thread)
    page.locator(".post").last.get_by_role("button", name="This is the answer").click()
    expect(page.locator(".solved")).to_be_visible()
    context.clear_cookies()
    log_in("coordinator@example.org")
    page.goto(thread)
    page.get_by_role("link", name="Put it on the sheet").click()
    page.get_by_role("button", name="Ask the author").click()
    context.clear_cookies()
    page.goto(address_in_letter(portal, CONTACT, "/answers/consent/").replace("/nl/", "/en/", 1))
    page.locator("[name=signed]").first.check()
    page.get_by_role("button", name="I agree").click()
    context.clear_cookies()
    page.goto("/en/practices/bart/")
    expect(page.locator("main")).to_contain_text(ANSWER)
