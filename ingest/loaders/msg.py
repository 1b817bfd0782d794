"""Mail as Outlook saves it: a compound file of properties."""

from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.eml_headers import date
from ingest.loaders.html_page import decoded_page
from ingest.loaders.mail import Attachment, Body, Mail, shortened
from ingest.loaders.mail_body import best_body
from ingest.loaders.mail_loader import MailLoader
from ingest.loaders.msg_rtf import text_of_rtf
from ingest.loaders.msg_storage import MsgFile, MsgStorage

_CLASS, _SUBJECT, _HEADERS = 0x001A, 0x0037, 0x007D
_SENT, _DELIVERED = 0x0039, 0x0E06
_SENDER, _SENDER_SMTP, _SENDER_ADDRESS = 0x0C1A, 0x5D01, 0x0C1F
_DISPLAY_TO, _DISPLAY_CC = 0x0E04, 0x0E03
_RECEIVER_KIND, _NAME, _SMTP, _ADDRESS = 0x0C15, 0x3001, 0x39FE, 0x3003
_PLAIN, _PAGE, _RTF = 0x1000, 0x1013, 0x1009
_DATA, _LONG_NAME, _SHORT_NAME, _MEDIA_TYPE, _CONTENT_ID = 0x3701, 0x3707, 0x3704, 0x370E, 0x3712
_TO, _CC = 1, 2
_MOST_DEPTH = 4


class MsgLoader(MailLoader):
    """Reads .msg: the same of a mail as .eml gives."""

    name = "msg"
    revision = 1
    media_type = "application/vnd.ms-outlook"

    def read_mail(self, content: bytes, name: str) -> Mail:
        """Return the mail; raise EncryptedFileError when only its receiver can read it."""
        item = MsgStorage(MsgFile(content, name))
        if not item.is_item():
            raise MalformedFileError(f"{name} holds no Outlook mail: give it its real ending.")
        return _mail(item, name, depth=0)


def _mail(item: MsgStorage, name: str, *, depth: int) -> Mail:
    if item.text(_CLASS).lower() == "ipm.note.smime":
        raise EncryptedFileError(f"{name} is an encrypted mail: save a decrypted copy of it.")
    return Mail(
        subject=" ".join(item.text(_SUBJECT).split()),
        sender=_person(item.text(_SENDER), item.text(_SENDER_SMTP), item.text(_SENDER_ADDRESS)),
        recipients=_receivers(item, _TO) or item.text(_DISPLAY_TO),
        copied=_receivers(item, _CC) or item.text(_DISPLAY_CC),
        date=_date(item),
        bodies=(_body(item, name),),
        attachments=tuple(_attachments(item, depth)),
    )


def _receivers(item: MsgStorage, kind: int) -> str:
    found = (
        _person(member.text(_NAME), member.text(_SMTP), member.text(_ADDRESS))
        for member in item.members("recip")
        if member.number(_RECEIVER_KIND) == kind
    )
    return shortened([person for person in found if person])


def _person(name: str, *addresses: str) -> str:
    """Return name and address, as far as there are such; inside a company some have no address."""
    address = next((given for given in addresses if "@" in given), "")
    if not address or address == name:
        return name
    return f"{name} <{address}>" if name else address


def _date(item: MsgStorage) -> str:
    """Return the date as the sender's clock showed it, where the mail came over the Internet."""
    for line in item.text(_HEADERS).splitlines():
        if line.lower().startswith("date:"):
            return date(line.partition(":")[2].strip())
    time = item.time(_SENT) or item.time(_DELIVERED)
    return time.strftime("%Y-%m-%d %H:%M %z") if time else ""


def _body(item: MsgStorage, name: str) -> Body:
    content = item.binary(_PAGE)
    page = decoded_page(content, name) if content else item.text(_PAGE)
    body = best_body(item.text(_PLAIN), page)
    return body if body.text.strip() else Body(text_of_rtf(item.binary(_RTF)))


def _attachments(item: MsgStorage, depth: int) -> list[Attachment]:
    return [_attachment(file, depth) for file in item.members("attach") if not _is_shown(file)]


def _attachment(file: MsgStorage, depth: int) -> Attachment:
    given = file.text(_LONG_NAME) or file.text(_SHORT_NAME) or file.text(_NAME)
    inside = file.inside(_DATA)
    if inside.is_item() and depth < _MOST_DEPTH:
        return _inner_mail(inside, f"{given or inside.text(_SUBJECT) or 'mail'}.msg", depth + 1)
    if file.text(_MEDIA_TYPE).lower() == "multipart/signed":
        given = "signed.eml"  # the mail itself, as it was signed
    return Attachment(" ".join(given.split()) or "attachment", file.binary(_DATA))


def _inner_mail(item: MsgStorage, name: str, depth: int) -> Attachment:
    try:
        return Attachment(name, mail=_mail(item, name, depth=depth))
    except EncryptedFileError as error:  # the mail around it can be read
        return Attachment(name, error=error)


def _is_shown(file: MsgStorage) -> bool:
    """Return whether this is a picture that the text shows."""
    is_picture = file.text(_MEDIA_TYPE).lower().startswith("image/")
    return is_picture and bool(file.text(_CONTENT_ID))
