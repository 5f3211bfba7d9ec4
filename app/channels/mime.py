"""Writes a message as an e-mail: the same bytes for the same message, and no header that a name could break open."""

import re
from email.headerregistry import Address as MailAddress
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

from app.channels.base import Kind, Message

# A teken is quiet (charter 2): lowest priority in the words of each mail program. A link somebody waits for is not.
LOWEST = {"X-Priority": "5 (Lowest)", "Importance": "low", "Priority": "non-urgent", "Precedence": "bulk"}
# No out-of-office, no receipt: Auto-Submitted is the standard (RFC 3834), the other is what Exchange reads.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
NOT_IN_A_HEADER = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class _MailPolicy(EmailPolicy):
    """The usual one, but for a long link in a header: it would be encoded, and then no mail program reads it."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == "List-Unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


POLICY = _MailPolicy(linesep="\r\n")  # ty: ignore[invalid-argument-type] - generic in the stubs only


def compose(message: Message, sender: MailAddress, to: MailAddress) -> EmailMessage:
    """Make the e-mail: `text/plain`, then an HTML alternative with the picture by CID, if there are any."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = NOT_IN_A_HEADER.sub(" ", message.subject).strip()
    mail["Date"] = format_datetime(message.sent_at)
    mail["Message-ID"] = f"<{message.id}@{sender.domain}>"
    quiet = LOWEST if message.kind is Kind.TEKEN else {}
    for name, value in {**AUTOMATIC, **quiet, **_unsubscribe(message.unsubscribe_url)}.items():
        mail[name] = value
    mail.set_content(message.text, cte="quoted-printable")
    if message.html is not None:
        _add_twin(mail, message, message.html)
    # Last, because setting content clears every `Content-` header.
    mail["Content-Language"] = NOT_IN_A_HEADER.sub(" ", message.language)
    return mail


def _add_twin(mail: EmailMessage, message: Message, html: str) -> None:
    mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if message.picture is not None:
        twin = list(mail.iter_parts())[-1]
        twin.add_related(
            message.picture,
            maintype="image",
            subtype="png",
            cid=f"<{message.picture_cid}>",
            disposition="inline",
            filename="teken.png",
        )
        twin.set_boundary(f"=_drawing_{message.id.hex}")
    # `=_` stands in no quoted-printable and no base64 text, so no content can contain the border.
    mail.set_boundary(f"=_teken_{message.id.hex}")


def _unsubscribe(url: str | None) -> dict[str, str]:
    """RFC 8058, one click; only https may carry the one-click header."""
    if url is None:
        return {}
    one_click = {"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if url.startswith("https://") else {}
    return {"List-Unsubscribe": f"<{url}>", **one_click}
