"""Pictures: they hold no text for a loader, and are read by text recognition alone."""

from collections.abc import Mapping
from pathlib import PurePath
from types import MappingProxyType

from ingest.errors import ImageOnlyError
from ingest.loaders.base import Loader, RawDocument

MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {
        ".png": "image/png",
        ".jpg": "image/jpeg",
        ".jpeg": "image/jpeg",
        ".tif": "image/tiff",
        ".tiff": "image/tiff",
    }
)
IMAGE_LOADERS = MappingProxyType(dict.fromkeys(MEDIA_TYPES, "ingest.loaders.image:ImageLoader"))
"""What text recognition adds to the table of loaders."""


class ImageLoader(Loader):
    """Says of every picture that it is one."""

    name = "image"
    revision = 1
    media_type = "image/*"
    holds_pictures = True

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        raise ImageOnlyError(f"{name} is a picture: it is read with MUREUM_INGEST_OCR=true.")


def suffix_of(name: str) -> str:
    """Return the suffix in lower case."""
    return PurePath(name).suffix.lower()
