import copy

import pytest
import torch
from transformers import BertConfig, BertModel

from index.embedder.word_table import HalfTable, halve_word_table

TOKENS = torch.tensor([[1, 5, 2, 0], [3, 3, 49, 7]])


@pytest.fixture
def transformer() -> BertModel:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=50,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
    )
    return BertModel(config).eval()


def test_weights_published_in_half_precision_give_the_same_vectors_from_half_the_memory(
    transformer: BertModel,
) -> None:
    table = transformer.get_input_embeddings()
    table.weight.data = table.weight.data.half().float()
    before = copy.deepcopy(transformer)
    halve_word_table(transformer)
    assert transformer.get_input_embeddings().rows.dtype is torch.float16
    with torch.inference_mode():
        expected = before(TOKENS).last_hidden_state
        assert torch.equal(transformer(TOKENS).last_hidden_state, expected)


def test_a_table_that_would_change_is_left_alone(transformer: BertModel) -> None:
    halve_word_table(transformer)
    assert not isinstance(transformer.get_input_embeddings(), HalfTable)


def test_a_model_in_another_precision_is_left_alone(transformer: BertModel) -> None:
    transformer = transformer.to(torch.bfloat16)
    halve_word_table(transformer)
    assert not isinstance(transformer.get_input_embeddings(), HalfTable)
