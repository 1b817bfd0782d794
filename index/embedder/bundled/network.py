"""The encoder of the bundled model, of which embedder and reader each have the upper layers."""

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding, gelu, linear, scaled_dot_product_attention

WIDTH, HEADS, INNER, LAYERS, POSITIONS = 384, 12, 1536, 12, 512
NORM_EPSILON = 1e-12
PAD = 1


class Encoder(nn.Module):
    """Multilingual E5 small, a BERT of 12 layers: tokens become vectors that know their places.

    The table of words is only looked up: it may be a half-precision tensor that is mapped from a
    file, of which no more is read than is asked for.
    """

    def __init__(self, words: Tensor) -> None:
        super().__init__()
        # Not a buffer: it stays in half precision and in its file, whatever becomes of the rest.
        self.words = words
        self.positions = nn.Embedding(POSITIONS, WIDTH)
        self.kind = nn.Parameter(torch.zeros(WIDTH))
        self.norm = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))

    def encode(self, tokens: Tensor) -> Tensor:
        """Return a vector for each token, shape (batch, length, WIDTH).

        ``tokens``: (batch, length), padded with PAD.
        """
        places = torch.arange(tokens.shape[1], device=tokens.device)
        found = embedding(tokens, self.words).to(self.kind.dtype)
        hidden: Tensor = self.norm(found + self.kind + self.positions(places))
        seen = (tokens != PAD)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, seen)
        return hidden


class Layer(nn.Module):
    """A layer of BERT under the names of PyTorch's own, whose attention is slow on long rows."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn = Attention()
        self.norm1 = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        self.linear1 = nn.Linear(WIDTH, INNER)
        self.linear2 = nn.Linear(INNER, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=NORM_EPSILON)
        # Training may give them something to do.
        self.dropout1, self.dropout2 = nn.Dropout(0.0), nn.Dropout(0.0)

    def forward(self, hidden: Tensor, seen: Tensor) -> Tensor:
        """Return the vectors of the next layer; ``seen`` marks what may be looked at."""
        hidden = self.norm1(hidden + self.dropout1(self.self_attn(hidden, seen)))
        inner = self.linear2(gelu(self.linear1(hidden)))
        following: Tensor = self.norm2(hidden + self.dropout2(inner))
        return following


class Attention(nn.Module):
    """Every token looks at every other: Vaswani et al., "Attention Is All You Need", 2017."""

    def __init__(self) -> None:
        super().__init__()
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * WIDTH, WIDTH))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * WIDTH))
        self.out_proj = nn.Linear(WIDTH, WIDTH)

    def forward(self, hidden: Tensor, seen: Tensor) -> Tensor:
        """Return what each token sees; shape (batch, length, WIDTH)."""
        parts = linear(hidden, self.in_proj_weight, self.in_proj_bias)
        heads = parts.view(*hidden.shape[:2], 3, HEADS, WIDTH // HEADS)
        queries, keys, values = heads.permute(2, 0, 3, 1, 4)
        looked = scaled_dot_product_attention(queries, keys, values, attn_mask=seen)
        found: Tensor = self.out_proj(looked.transpose(1, 2).flatten(2))
        return found
