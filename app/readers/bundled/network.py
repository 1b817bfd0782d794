"""The encoder of the bundled model, and on top of it two scores a token: begins, ends."""

from torch import Tensor, nn

from index.embedder.bundled.network import WIDTH, Encoder

_NEVER = -1e4


class SpanNetwork(Encoder):
    """The encoder with a linear head, Devlin et al., "BERT", 2019."""

    def __init__(self, words: Tensor) -> None:
        super().__init__(words)
        self.head = nn.Linear(WIDTH, 2)

    def forward(self, tokens: Tensor, allowed: Tensor) -> tuple[Tensor, Tensor]:
        """Return the scores of every token as the first and as the last of an answer.

        ``tokens``: (batch, length), padded; ``allowed``, of the same shape, marks where an
        answer may lie; position 0 stands for none.
        """
        scores = self.head(self.encode(tokens)).float().masked_fill(~allowed[..., None], _NEVER)
        return scores[..., 0], scores[..., 1]
