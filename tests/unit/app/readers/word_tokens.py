"""A tokenizer that cuts at blanks and knows every word it meets in a text."""

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit
from tokenizers.processors import TemplateProcessing


def word_tokenizer(text: str) -> Tokenizer:
    """Return a tokenizer for the words of a text; the marks are those of the bundled model."""
    words = ["<s>", "<pad>", "</s>", "<unk>", *dict.fromkeys(text.split())]
    numbers = {word: number for number, word in enumerate(words)}
    tokenizer = Tokenizer(WordLevel(numbers, unk_token="<unk>"))  # noqa: S106 - not a secret
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return tokenizer
