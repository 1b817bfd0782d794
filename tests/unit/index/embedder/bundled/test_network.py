import torch
from torch import nn

from index.embedder.bundled.network import HEADS, INNER, PAD, WIDTH, Encoder, Layer


def test_a_layer_computes_what_pytorchs_own_computes() -> None:
    torch.manual_seed(0)
    theirs = nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, activation="gelu", layer_norm_eps=1e-12, batch_first=True
    ).eval()
    ours = Layer().eval()
    ours.load_state_dict(theirs.state_dict())
    hidden = torch.randn(2, 5, WIDTH)
    seen = torch.tensor([[True] * 5, [True, True, True, False, False]])
    expected = theirs(hidden, src_key_padding_mask=~seen)
    found = ours(hidden, seen[:, None, None, :])
    assert torch.allclose(found[seen], expected[seen], atol=1e-5)


def test_padding_changes_nothing() -> None:
    torch.manual_seed(0)
    encoder = Encoder(torch.randn(10, WIDTH).half()).eval()
    tokens = torch.tensor([[0, 5, 6, 2]])
    alone = encoder.encode(tokens)
    padded = encoder.encode(torch.cat([tokens, torch.full((1, 3), PAD)], dim=1))
    assert torch.allclose(alone, padded[:, :4], atol=1e-5)
