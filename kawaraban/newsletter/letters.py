"""One message a reader, made from one rendering: only address, ids and the way to leave differ.

press = Press.of(digest, mailing_list, key="3f…", sender="…", base_url="https://…")
press.letter(recipient, token) → b"From: Kawaraban …"
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape

from kawaraban.codec import digest_key
from kawaraban.errors import UsageError
from kawaraban.export.email import MailOptions, MailParts, compose, message_id, render_parts
from kawaraban.export.safe import clean
from kawaraban.newsletter.recipients import MailingList, Recipient, parse_recipient
from kawaraban.newsletter.tailoring import tailored
from kawaraban.newsletter.unsubscribe import unsubscribe_url
from kawaraban.types import Digest


@dataclass(frozen=True, slots=True)
class Press:
    """The mail of one list, rendered once, with a mark where each reader's link will stand."""

    digest: Digest  # as the list wants it
    parts: MailParts
    options: MailOptions
    mark: str
    base_url: str
    envelope_from: str  # what MAIL FROM says: bounces go there

    @classmethod
    def of(
        cls, digest: Digest, mailing_list: MailingList, *, key: str, sender: str, base_url: str
    ) -> Press:
        """Tailor and render; `key` names the digest in the ids of the letters.

        Raises UsageError for a sender or a base address that cannot be used.
        """
        own = parse_sender(sender)
        unsubscribe_url(base_url, "")
        # No page can hold the hash of a digest that holds the page.
        mark = f"https://unsubscribe.invalid/{digest_key(digest)}"
        options = MailOptions(
            sender=own.header,
            list_id=f"{mailing_list.name}.{own.address.rpartition('@')[2]}",
            list_title=mailing_list.title or "Kawaraban",
            unsubscribe_url=mark,
            edition=mailing_list.edition,
        )
        own_digest = tailored(digest, mailing_list.watch_words)
        parts = replace(render_parts(own_digest, options=options), key=key)
        return cls(own_digest, parts, options, mark, base_url, own.address)

    def letter(self, recipient: Recipient, token: str) -> bytes:
        """The whole message to one reader; always the same bytes for the same reader."""
        url = unsubscribe_url(self.base_url, token)
        parts = replace(
            self.parts,
            text=self.parts.text.replace(self.mark, url),
            html=self.parts.html.replace(self.mark, escape(url)),
        )
        return compose(parts, options=self._options(recipient, url))

    def message_id(self, recipient: Recipient) -> str:
        return message_id(self.parts.key, options=self._options(recipient, self.mark))

    def _options(self, recipient: Recipient, url: str) -> MailOptions:
        return replace(self.options, recipient=recipient.header, unsubscribe_url=url)


def parse_sender(text: str) -> Recipient:
    """The From address of the newsletter."""
    if clean(text) != text:
        raise UsageError("KAWARABAN_NEWSLETTER_SENDER: expected one line: Name <address>")
    return parse_recipient("KAWARABAN_NEWSLETTER_SENDER", text)
