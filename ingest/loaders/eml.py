"""Mail as servers and most programs save it (RFC 5322 and MIME)."""

from codecs import BOM_UTF8
from email import message_from_bytes
from email.message import Message

from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.eml_headers import addresses, date, header_text, headers
from ingest.loaders.eml_parts import attachments, bodies, is_encrypted
from ingest.loaders.encoding import decode
from ingest.loaders.mail import Mail, shortened
from ingest.loaders.mail_loader import MailLoader

_BEGIN_BYTES = 200
_OF_MAIL = frozenset({"from", "to", "subject", "date", "received", "content-type", "message-id"})


class EmlLoader(MailLoader):
    """Reads .eml: the best of a mail's bodies, and its attachments."""

    name = "eml"
    revision = 1
    media_type = "message/rfc822"

    def read_mail(self, content: bytes, name: str) -> Mail:
        """Return the mail; raise EncryptedFileError when only its receiver can read it."""
        message = message_from_bytes(_as_sent(content, name))
        if _OF_MAIL.isdisjoint(headers(message)):
            raise MalformedFileError(f"{name} has no head of a mail: save it as .eml again.")
        return _mail(message, name)


def _as_sent(content: bytes, name: str) -> bytes:
    """Return the bytes of a mail; an editor may have saved it as UTF-16, or with a mark."""
    begin = content[:_BEGIN_BYTES]
    if b"\x00" in begin or begin.startswith(BOM_UTF8):
        return decode(content, name).encode("utf-8")
    return content


def _mail(message: Message, name: str) -> Mail:
    if is_encrypted(message):
        raise EncryptedFileError(f"{name} is an encrypted mail: save a decrypted copy of it.")
    head = headers(message)
    return Mail(
        subject=header_text(head.get("subject", "")),
        sender=shortened(addresses(head.get("from", ""))),
        recipients=shortened(addresses(head.get("to", ""))),
        copied=shortened(addresses(head.get("cc", ""))),
        date=date(head.get("date", "")),
        bodies=tuple(bodies(message, name)),
        attachments=tuple(attachments(message)),
    )
