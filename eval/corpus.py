"""Documents of a question set go into an index by the same steps as files do."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, unquote

from eval.datasets import CorpusDocument
from index.base import SearchIndex
from index.errors import IndexMissingError
from index.models import ChunkedDocument, Fingerprint
from ingest.chunking import ChunkSizes, chunk, recipe
from ingest.document import LoadedDocument
from ingest.normalise import REVISION, normalise, normalise_line

_CHILDREN_AT_ONCE = 512

Progress = Callable[[int], None]


def source_of(document_id: str) -> str:
    """Return the source under which a document of this id is stored."""
    return quote(document_id, safe=" ", errors="surrogatepass")


def id_of(source: str) -> str:
    """Return the id that a source was made from."""
    return unquote(source, errors="surrogatepass")


def chunked(document: CorpusDocument, sizes: ChunkSizes) -> ChunkedDocument:
    """Return the document cut into chunks; a blank one has none."""
    content = json.dumps([document.title, document.text]).encode()
    loaded = LoadedDocument(
        text=normalise(document.text),
        title=normalise_line(document.title),
        media_type="text/plain",
    )
    return ChunkedDocument(
        source=source_of(document.id),
        title=loaded.title,
        media_type=loaded.media_type,
        content_hash=hashlib.sha256(content).hexdigest(),
        recipe=f"corpus-1.{REVISION}+{recipe(sizes)}",
        parents=chunk(loaded, sizes),
        size_bytes=len(content),
    )


def store_corpus(
    index: SearchIndex,
    documents: Sequence[CorpusDocument],
    sizes: ChunkSizes,
    progress: Progress,
) -> None:
    """Bring the index to exactly these documents; those that it holds already are skipped.

    ``progress`` is told how many documents were done since the last call.
    """
    known = _fingerprints(index)
    made = [chunked(document, sizes) for document in documents]
    new = [document for document in made if known.get(document.source) != _fingerprint(document)]
    gone = known.keys() - {document.source for document in made}
    progress(len(made) - len(new))
    if not new and not gone:
        return
    with index.writer() as writer:
        try:
            writer.delete(gone)
            for group in _groups(new):
                writer.put(group)
                progress(len(group))
        finally:
            writer.publish()


def _groups(documents: Sequence[ChunkedDocument]) -> list[list[ChunkedDocument]]:
    """Return the documents in groups that fill the encoder's batches."""
    groups: list[list[ChunkedDocument]] = [[]]
    children = 0
    for document in documents:
        if children >= _CHILDREN_AT_ONCE:
            groups.append([])
            children = 0
        groups[-1].append(document)
        children += sum(len(parent.children) for parent in document.parents)
    return groups


def _fingerprint(document: ChunkedDocument) -> Fingerprint:
    return Fingerprint(document.content_hash, document.recipe, document.tags)


def _fingerprints(index: SearchIndex) -> Mapping[str, Fingerprint]:
    try:
        return index.fingerprints()
    except IndexMissingError:
        return {}
