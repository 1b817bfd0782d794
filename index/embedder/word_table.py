"""The table of word vectors is looked up and never multiplied: it may stay in half precision."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import embedding

_ROWS_AT_ONCE = 16_384


class HalfTable(torch.nn.Module):
    """Word vectors in 16 bits; rows are widened to 32 as they are read."""

    rows: Tensor

    def __init__(self, rows: Tensor) -> None:
        super().__init__()
        self.register_buffer("rows", rows, persistent=False)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return a row for each token."""
        return embedding(tokens, self.rows).float()


def halve_word_table(transformer: Any) -> None:  # noqa: ANN401 any model of transformers
    """Keep the table in 16 bits where that changes no value.

    Most multilingual weights are published in half precision, and the table of 250,000 words is
    four fifths of a small model: computing in single precision would double it for nothing.
    """
    table = transformer.get_input_embeddings().weight.data
    if table.dtype is torch.float32 and _fits(table):
        transformer.set_input_embeddings(HalfTable(table.half()))


def _fits(table: Tensor) -> bool:
    """Return whether every value survives the way to half precision and back."""
    parts = torch.split(table, _ROWS_AT_ONCE)
    return all(bool((rows.half().float() == rows).all()) for rows in parts)
