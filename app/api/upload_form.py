"""The form of an upload: its files go to the disk as they come, its words into memory."""

from dataclasses import dataclass, field
from threading import Lock

from app.api.multipart import MultipartForm, PartBegun, PartContent
from app.errors import InvalidUploadError, UploadTooLargeError
from app.uploads import Uploads
from index.errors import FileNameError, InvalidGroupError, MureumError
from index.groups import MOST_GROUPS, Groups, groups_of
from index.uploads.base import Receiver
from index.uploads.models import ReceivedFile
from index.uploads.naming import cleaned_name

MOST_TAGS = 50
MOST_TAG_CHARACTERS = 200

_MOST_WORD_BYTES = 4 * MOST_TAG_CHARACTERS


@dataclass(slots=True)
class SentFile:
    """One file of a form; ``problem`` says why it is not taken, while the others are."""

    name: str
    receiver: Receiver
    limit: int
    size: int = 0
    problem: MureumError | None = None

    def write(self, content: bytes) -> None:
        """Append to the file, unless it is not taken."""
        self.size += len(content)
        if self.size > self.limit:
            self.problem = UploadTooLargeError(
                f"The file is larger than {self.limit:,} bytes, the limit of this service."
            )
        if self.problem is None:
            self.receiver.write(content)
        else:
            self.receiver.close()

    def received(self) -> ReceivedFile:
        """Return the file once it is safe on the disk; raise its problem when it has one."""
        if self.problem is None and not self.size:
            self.problem = InvalidUploadError("The file is empty.")
        if self.problem is not None:
            raise self.problem
        return self.receiver.finish()


@dataclass(slots=True)
class _Word:
    content: bytes = b""

    def write(self, content: bytes) -> None:
        self.content += content
        if len(self.content) > _MOST_WORD_BYTES:
            raise InvalidUploadError(
                f"A tag or group has at most {MOST_TAG_CHARACTERS} characters."
            )


@dataclass(slots=True)
class UploadForm:
    """What one form holds: files, tags, groups; closed, it leaves nothing unfinished behind.

    Its methods write and hash: they belong into a worker thread.
    """

    parts: MultipartForm
    uploads: Uploads
    file_field: str
    files: list[SentFile] = field(default_factory=list)
    _tags: list[_Word] = field(default_factory=list)
    _groups: list[_Word] = field(default_factory=list)
    _current: SentFile | _Word = field(default_factory=_Word)
    _lock: Lock = field(default_factory=Lock)

    def feed(self, content: bytes) -> None:
        """Take further bytes of the body; raise InvalidUploadError or StorageFullError."""
        with self._lock:
            for event in self.parts.feed(content):
                if isinstance(event, PartBegun):
                    self._begin(event)
                elif isinstance(event, PartContent):
                    self._current.write(event.content)

    def end(self) -> None:
        """Raise InvalidUploadError unless the form is whole, with a file and readable words."""
        self.parts.end()
        if not self.files:
            raise InvalidUploadError(f"The form holds no file: send it as {self.file_field}.")
        self.tags()
        self.groups()

    def tags(self) -> frozenset[str] | None:
        """Return the tags without empty ones, or None when the form has no such field."""
        if not self._tags:
            return None
        return frozenset(_text(tag.content) for tag in self._tags) - {""}

    def groups(self) -> Groups | None:
        """Return the groups without empty ones, or None when the form has no such field."""
        if not self._groups:
            return None
        names = [_text(group.content) for group in self._groups]
        try:
            return groups_of(name for name in names if name)
        except InvalidGroupError as error:
            raise InvalidUploadError(str(error)) from error

    def close(self) -> None:
        """Remove what is not finished."""
        with self._lock:
            for file in self.files:
                file.receiver.close()

    def _begin(self, part: PartBegun) -> None:
        if part.field == self.file_field and part.file_name is not None:
            self._current = self._begin_file(part.file_name)
        elif part.field == "tags" and part.file_name is None:
            self._current = _begin_word(self._tags, MOST_TAGS, "tags")
        elif part.field == "groups" and part.file_name is None:
            self._current = _begin_word(self._groups, MOST_GROUPS, "groups")
        else:
            raise InvalidUploadError(
                f"The form has a field that is not known here: send files as {self.file_field},"
                " and as text tags as tags, groups as groups."
            )

    def _begin_file(self, sent_name: str) -> SentFile:
        limits = self.uploads.limits
        if len(self.files) >= limits.files:
            raise InvalidUploadError(
                f"The form holds more than {limits.files} files: send fewer at a time."
            )
        file = SentFile("", self.uploads.queue.receiver(), limits.file_bytes)
        self.files.append(file)
        try:
            file.name = cleaned_name(sent_name)
        except FileNameError as error:
            file.problem = error
        return file


def _begin_word(words: list[_Word], most: int, called: str) -> _Word:
    if len(words) >= most:
        raise InvalidUploadError(f"A document has at most {most} {called}.")
    words.append(_Word())
    return words[-1]


def _text(content: bytes) -> str:
    try:
        text = content.decode().strip()
    except UnicodeDecodeError as error:
        raise InvalidUploadError("A tag or group is no text: send it in UTF-8.") from error
    if len(text) > MOST_TAG_CHARACTERS or not text.isprintable():
        raise InvalidUploadError(
            f"A tag or group has at most {MOST_TAG_CHARACTERS} characters, all of which can be"
            " seen."
        )
    return text
