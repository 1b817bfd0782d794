"""The contract of what recognises text in a picture."""

from abc import ABC, abstractmethod


class Recogniser(ABC):
    """Reads pictures; several threads ask at once."""

    @property
    @abstractmethod
    def version(self) -> str:
        """Return what the recipe of files with pictures records."""

    @abstractmethod
    def recognise(self, picture: bytes, name: str) -> list[str]:
        """Return the text of each page in a PGM, PNG, JPEG or TIFF picture.

        Raises a LoaderError when the picture cannot be read, or not within the limits.
        """
