"""Ids are content hashes, so that ingesting the same folder twice equals once."""

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable

from index.models import ChildChunk, ParentChunk


def document_id_of(source: str) -> str:
    """Return the 32 hexadecimal digits by which a source is known, whatever its content."""
    return _digest(unicodedata.normalize("NFC", source)).hex()


def text_hash_of(chunk: ChildChunk | ParentChunk) -> bytes:
    """Return 16 bytes that are equal when the text to be indexed is equal."""
    return _digest(chunk.indexed_text)


def child_ids_of(document_id: str, text_hashes: Iterable[bytes]) -> list[int]:
    """Return one positive 63-bit id for each child of a document, in order.

    An id depends on the document, the child's text and, where a document repeats a text, on how
    many times it came before; it does not depend on the child's place. Among a million chunks
    the chance of a collision is about 5e-8.
    """
    return _ids(f"child/{document_id}", text_hashes)


def parent_ids_of(document_id: str, text_hashes: Iterable[bytes]) -> list[int]:
    """Return one positive 63-bit id for each parent of a document, made like a child's."""
    return _ids(f"parent/{document_id}", text_hashes)


def _ids(family: str, text_hashes: Iterable[bytes]) -> list[int]:
    seen: Counter[bytes] = Counter()
    ids = []
    for text_hash in text_hashes:
        digest = _digest(f"{family}/{text_hash.hex()}/{seen[text_hash]}")
        seen[text_hash] += 1
        ids.append(int.from_bytes(digest[:8], "big") >> 1)
    return ids


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
