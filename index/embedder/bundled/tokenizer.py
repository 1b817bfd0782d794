"""Builds the tokenizer of the bundled model from what the packed file says about text."""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING

from index.embedder.bundled.packed_file import PackedModel, Vocabulary

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Normalizer

MASK = "<mask>"
# NFKC would turn the full-width tilde into an ASCII one, which is another piece of the
# vocabulary; it hides behind a character that Unicode reserves for such use.
FULL_WIDTH_TILDE = "～"
HIDDEN = "\ufdd0"


def build_tokenizer(packed: PackedModel) -> "Tokenizer":
    """Return a tokenizer that cuts text into the pieces that the model was trained on.

    NFKC with the exceptions that the packed character map makes, words marked with ``▁``,
    unigram pieces, and a begin and an end mark around the whole.
    """
    from tokenizers import Tokenizer, pre_tokenizers
    from tokenizers.models import Unigram

    vocabulary = packed.vocabulary
    pieces = list(zip(vocabulary.pieces, vocabulary.scores, strict=True))
    tokenizer = Tokenizer(Unigram(pieces, unk_id=vocabulary.unknown))
    tokenizer.normalizer = _normalizer(packed.character_map)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()]
    )
    _mark_ends(tokenizer, vocabulary)
    return tokenizer


def special_pieces(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the pieces with a role, under the names that a tokenizer configuration uses."""
    return {
        "bos_token": vocabulary.pieces[vocabulary.begin],
        "eos_token": vocabulary.pieces[vocabulary.end],
        "pad_token": vocabulary.pieces[vocabulary.pad],
        "unk_token": vocabulary.pieces[vocabulary.unknown],
        "mask_token": MASK,
    }


def _normalizer(character_map: Mapping[str, str]) -> "Normalizer":
    from tokenizers import Regex, normalizers

    removed = [character for character, text in character_map.items() if not text]
    spaces = [
        character
        for character, text in character_map.items()
        if text == " " != unicodedata.normalize("NFKC", character)
    ]
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(_any_of(removed)), ""),
            normalizers.Replace(Regex(_any_of(spaces)), " "),
            normalizers.Replace(FULL_WIDTH_TILDE, HIDDEN),
            normalizers.NFKC(),
            normalizers.Replace(HIDDEN, FULL_WIDTH_TILDE),
        ]
    )


def _any_of(characters: list[str]) -> str:
    return "[" + "".join(f"\\x{{{ord(character):X}}}" for character in characters) + "]"


def _mark_ends(tokenizer: "Tokenizer", vocabulary: Vocabulary) -> None:
    from tokenizers.processors import TemplateProcessing

    names = special_pieces(vocabulary)
    begin, end = names["bos_token"], names["eos_token"]
    tokenizer.add_special_tokens(list(names.values()))
    tokenizer.post_processor = TemplateProcessing(
        single=f"{begin} $A {end}",
        special_tokens=[(begin, vocabulary.begin), (end, vocabulary.end)],
    )
