"""The encoder of the bundled embedder, and on top of it two scores a token: begins, ends."""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

WIDTH, HEADS, INNER, LAYERS = 384, 12, 1536, 12
NORM_EPSILON = 1e-12
PAD = 1
_NEVER = -1e4


class SpanNetwork(nn.Module):
    """Multilingual E5 small (a BERT of 12 layers) with a linear head, Devlin et al., 2019.

    The table of words is only looked up: it may be a half-precision tensor that is mapped from a
    file, of which no more is read than is asked for.
    """

    def __init__(self, words: Tensor, positions: int = 512) -> None:
        super().__init__()
        # Not a buffer: it stays in half precision and in its file, whatever becomes of the rest.
        self.words = words
        self.positions = nn.Embedding(positions, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.layers = nn.ModuleList(_layer() for _ in range(LAYERS))
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, tokens: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of every token as the first and as the last of an answer.

        ``tokens``: (batch, length), padded; ``allowed``, of the same shape, marks where an
        answer may lie; position 0 stands for none.
        """
        places = torch.arange(tokens.shape[1], device=tokens.device)
        found = embedding(tokens, self.words).to(self.kind.dtype)
        hidden = self.norm(found + self.kind + self.positions(places))
        padding = tokens == PAD
        for layer in self.layers:
            hidden = layer(hidden, src_key_padding_mask=padding)
        scores = self.head(hidden).float().masked_fill(~allowed[..., None], _NEVER)
        return scores[..., 0], scores[..., 1]


def _layer() -> nn.TransformerEncoderLayer:
    return nn.TransformerEncoderLayer(
        WIDTH,
        HEADS,
        INNER,
        dropout=0.0,
        activation="gelu",
        layer_norm_eps=NORM_EPSILON,
        batch_first=True,
    )
