"""Office files are ZIP archives of XML: checked before anything is unpacked."""

import re
import zipfile
from io import BytesIO

from ingest.errors import EncryptedFileError, FileTooLargeError, MalformedFileError

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_MOST_BYTES = 256 * 1024 * 1024
_MOST_XML_BYTES = 64 * 1024 * 1024
_MOST_ENTRIES = 10_000
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"


def checked_office_file(content: bytes, name: str) -> bytes:
    """Return an office archive that is safe to open, "strict" ones with the usual namespaces.

    Raises EncryptedFileError, MalformedFileError, or FileTooLargeError for what would unpack to
    more than 256 MiB, or 64 MiB of XML in one part.
    """
    if content.startswith(_OLE_MAGIC):
        raise _ole_error(content, name)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_sizes(archive, name)
            return _with_usual_namespaces(archive) if _is_strict(archive) else content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise MalformedFileError(
            f"{name} is not a readable office file ({error}): save it again or restore a copy."
        ) from error


def _ole_error(content: bytes, name: str) -> EncryptedFileError | MalformedFileError:
    if _ENCRYPTED_STREAM in content:
        return EncryptedFileError(f"{name} needs a password: save a copy without one.")
    return MalformedFileError(f"{name} is in an old office format: save it in the present one.")


def _check_sizes(archive: zipfile.ZipFile, name: str) -> None:
    """Raise when the sizes that the archive declares are too large; Python reads no more."""
    entries = archive.infolist()
    largest = max((entry.file_size for entry in entries if _is_xml(entry)), default=0)
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or total > _MOST_BYTES or largest > _MOST_XML_BYTES:
        raise FileTooLargeError(
            f"{name} unpacks to {total:,} bytes in {len(entries):,} parts, which is too much:"
            " split it into smaller files."
        )


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith((".xml", ".rels"))


def _is_strict(archive: zipfile.ZipFile) -> bool:
    return "_rels/.rels" in archive.namelist() and bool(_STRICT.search(archive.read("_rels/.rels")))


def _with_usual_namespaces(archive: zipfile.ZipFile) -> bytes:
    rewritten = BytesIO()
    with zipfile.ZipFile(rewritten, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in archive.infolist():
            part = archive.read(entry)
            target.writestr(
                entry.filename, _STRICT.sub(_TRANSITIONAL, part) if _is_xml(entry) else part
            )
    return rewritten.getvalue()
