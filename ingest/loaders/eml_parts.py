"""The parts of a mail: which are what it says, and which are files in it."""

from collections.abc import Iterator
from email.message import Message
from email.utils import collapse_rfc2231_value

from ingest.loaders.eml_headers import header_text, headers, text_of
from ingest.loaders.html_page import decoded_page
from ingest.loaders.mail import Attachment, Body
from ingest.loaders.mail_body import best_body

_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


def is_encrypted(message: Message) -> bool:
    """Return whether only its receiver can read the mail; a signature hides nothing."""
    kind = message.get_content_type()
    if kind in _ENCRYPTED:
        return str(message.get_param("smime-type", "enveloped-data")).lower() != "signed-data"
    return kind == "multipart/encrypted"


def bodies(message: Message, name: str) -> Iterator[Body]:
    """Yield what the mail says, of alternatives the best one."""
    if message.get_content_type() == "multipart/alternative":
        yield from _best(message, name)
    elif message.get_content_type() == "message/rfc822":
        return
    elif message.is_multipart():
        for part in _children(message):
            if not _is_file(part):
                yield from bodies(part, name)
    elif message.get_content_maintype() == "text":
        yield _body(message, name)


def attachments(message: Message) -> Iterator[Attachment]:
    """Yield the files in the mail; pictures that the text shows are none."""
    for part in _children(message):
        if _is_file(part):
            yield _attachment(part)
        elif part.is_multipart():
            yield from attachments(part)


def _best(message: Message, name: str) -> Iterator[Body]:
    """Yield the best of alternatives: their plain text and their page are compared."""
    found = [body for part in _children(message) for body in bodies(part, name)]
    plain = "\n\n".join(body.text for body in found if not body.is_page)
    page = next((body.text for body in reversed(found) if body.is_page), "")
    yield best_body(plain, page)


def _body(part: Message, name: str) -> Body:
    kind = part.get_content_subtype()
    if kind not in {"plain", "html"}:
        return Body("")
    content, declared = _payload(part), str(part.get_content_charset() or "")
    if kind == "html" and not declared and content:
        return Body(decoded_page(content, name), is_page=True)
    return Body(text_of(content, declared, name), is_page=kind == "html")


def _children(message: Message) -> list[Message]:
    payload = message.get_payload() if message.is_multipart() else []
    return [part for part in payload if isinstance(part, Message)]


def _is_file(part: Message) -> bool:
    if part.get_content_type() == "message/rfc822":
        return True
    if part.is_multipart():
        return False
    shown = part.get_content_maintype() == "image" and part.get("Content-ID") is not None
    attached = part.get_content_disposition() == "attachment"
    return attached or (_file_name(part) != "" and not shown)


def _attachment(part: Message) -> Attachment:
    if part.get_content_type() == "message/rfc822":
        inner = _children(part)[:1]
        content = inner[0].as_bytes() if inner else b""
        subject = header_text(headers(inner[0]).get("subject", "")) if inner else ""
        name = _file_name(part).removesuffix(".eml") or subject or "mail"
        return Attachment(f"{name}.eml", content)
    return Attachment(_file_name(part) or part.get_content_type(), _payload(part))


def _file_name(part: Message) -> str:
    """Return the file's name; programs encode it in three ways."""
    for value in (
        part.get_param("filename", "", "content-disposition"),
        part.get_param("name", ""),
    ):
        given = collapse_rfc2231_value(value or "")
        if given.strip():
            return header_text(given).replace("\\", "/").rpartition("/")[2]
    return ""


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
