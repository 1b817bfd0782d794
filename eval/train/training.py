"""The reader's network learns: AdamW, a rise and a linear fall of the rate, bfloat16 where fast.

Devlin et al., "BERT", 2019, https://arxiv.org/abs/1810.04805, section 4.3: begin and end of an
answer are two choices among the tokens; the first token stands for no answer.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import cross_entropy

from app.readers.bundled.network import SpanNetwork
from app.readers.bundled.scorer import as_tensors
from eval.train.batches import Row

FROZEN_LAYERS = 4
HIDDEN_DROPOUT = 0.1
HEAD_FASTER = 5
WARM_UP_SHARE = 0.06
LEAST_RATE_SHARE = 0.02
REPORT_STEPS = 50

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How fast to learn; the seed decides all that is left to chance."""

    rate: float = 1.5e-4
    seed: int = 0


def add_head(network: SpanNetwork, seed: int) -> None:
    """Give the network a head that knows nothing yet."""
    torch.manual_seed(seed)
    torch.nn.init.normal_(network.head.weight, std=0.02)
    torch.nn.init.zeros_(network.head.bias)


def prepare(network: SpanNetwork, seed: int) -> None:
    """Freeze what keeps the bundled weights, and drop hidden values by chance elsewhere."""
    torch.manual_seed(seed)
    for name, parameter in network.named_parameters():
        parameter.requires_grad = is_trained(name)
    for name, module in network.named_modules():
        if isinstance(module, torch.nn.Dropout) and name.endswith(("dropout1", "dropout2")):
            module.p = HIDDEN_DROPOUT if is_trained(name) else 0.0


def is_trained(name: str) -> bool:
    """Return whether training changes this parameter; only such are kept in our file."""
    parts = name.split(".")
    return parts[0] == "head" or (parts[0] == "layers" and int(parts[1]) >= FROZEN_LAYERS)


def train(
    network: SpanNetwork, batches: Sequence[Sequence[Row]], plan: Plan, report: Report
) -> None:
    """Train on the batches in their order."""
    head = list(network.head.parameters())
    layers = [p for p in network.layers.parameters() if p.requires_grad]
    groups = [{"params": layers, "factor": 1}, {"params": head, "factor": HEAD_FASTER}]
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, weight_decay=0.01)
    network.train()
    began, losses, tokens = time.monotonic(), [], 0
    for step, (batch, share) in enumerate(zip(batches, _rates(len(batches)), strict=True), 1):
        for group in optimizer.param_groups:
            group["lr"] = plan.rate * group["factor"] * share
        loss = _loss(network, batch)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*layers, *head], 1.0)
        optimizer.step()
        losses.append(loss.item())
        tokens += sum(len(row.pair.tokens) for row in batch)
        if step % REPORT_STEPS == 0:
            mean = sum(losses[-REPORT_STEPS:]) / REPORT_STEPS
            speed = tokens / (time.monotonic() - began)
            report(f"step {step} of {len(batches)}: loss {mean:.3f}, {speed:.0f} tokens a second")
    network.eval()


def _rates(steps: int) -> Iterator[float]:
    for step in range(steps):
        rise = min(1.0, (step + 1) / (WARM_UP_SHARE * steps))
        yield rise * max(LEAST_RATE_SHARE, 1 - step / steps)


def _loss(network: SpanNetwork, batch: Sequence[Row]) -> torch.Tensor:
    """Return the mean surprise at the right begins and ends."""
    tokens, allowed = as_tensors([row.pair for row in batch])
    # The fused attention of PyTorch goes backward several times slower on a CPU.
    with sdpa_kernel(SDPBackend.MATH), torch.autocast("cpu", torch.bfloat16):
        begins, ends = network(tokens, allowed)
    right = torch.tensor([(row.begin, row.end) for row in batch])
    return (cross_entropy(begins, right[:, 0]) + cross_entropy(ends, right[:, 1])) / 2
