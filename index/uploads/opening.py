"""Opening the configured queue of uploads; the only place that names its concrete class."""

from index.settings import IndexSettings
from index.uploads.base import UploadQueue
from index.uploads.quota import UNLIMITED, Quota
from index.uploads.sqlite import SqliteUploads


def open_uploads(settings: IndexSettings, quota: Quota = UNLIMITED) -> UploadQueue:
    """Return the queue of these settings; its database is opened when it is first used."""
    return SqliteUploads(settings.data_dir, quota=quota)
