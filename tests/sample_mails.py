"""Small mails made in code, for tests."""

from base64 import b64encode
from email.message import EmailMessage


def eml_file(subject: str, page: str = "", plain: str = "", **files: bytes) -> bytes:
    """Return a mail from 김하늘 to 이바다; the names of files have ``__`` for their dot."""
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "김하늘 <sky@example.com>"
    mail["To"] = "이바다 <sea@example.com>, forest@example.com"
    mail["Date"] = "Mon, 02 Mar 2026 09:15:00 +0900"
    if plain:
        mail.set_content(plain)
    if page and plain:
        mail.add_alternative(page, subtype="html")
    elif page:
        mail.set_content(page, subtype="html")
    for name, content in files.items():
        kind = {"maintype": "application", "subtype": "octet-stream"}
        mail.add_attachment(content, filename=name.replace("__", "."), **kind)
    return mail.as_bytes()


def encoded_words(text: str, encoding: str) -> str:
    """Return the text as a header shows it."""
    return f"=?{encoding}?B?{b64encode(text.encode('cp949')).decode()}?="
