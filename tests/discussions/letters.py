"""Letters as mail programs send them, for tests."""

from email.message import EmailMessage
from email.policy import SMTP

from discussions.reply_addresses import reply_address


def letter_to(post, person, text="I think so, too.", *, sender=None, message_id="<1@mail.example.org>", **headers):
    """An answer of ``person`` to ``post``, as a message that more can be put into."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender or person.email
    message["To"] = reply_address(post, person)
    message["Subject"] = "Re: A question"
    message["Message-ID"] = message_id
    for name, value in headers.items():
        name = name.replace("_", "-")
        del message[name]
        if value:
            message[name] = value
    message.set_content(text)
    return message


def delivery_report(address, *, status="5.1.1", action="failed", diagnostic="smtp; 550 5.1.1 User unknown"):
    """A mail server's report about a letter to ``address`` (RFC 3464)."""
    return (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org\r\nTo: portal@example.org\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <report@mx.example.org>\r\nAuto-Submitted: auto-replied\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nI'm sorry to have to inform you …\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n"
        "Arrival-Date: Tue, 3 Mar 2026 10:47:11 +0100\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {diagnostic}\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: New in the discussion\r\n--b--\r\n"
    ).encode()
