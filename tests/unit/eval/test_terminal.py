"""What a person reads."""

import io

import numpy as np
from rich.console import Console

from eval.metrics import MEASURES
from eval.results import SetResult
from eval.terminal import print_results
from ingest.progress import StepProgress


def result(name: str, fused: float) -> SetResult:
    means = {"bm25": 0.5, "dense": 0.6, "fused": fused}
    values = {leg: {m: np.full(30, mean) for m in MEASURES} for leg, mean in means.items()}
    return SetResult(name, 1200, 30, values)


def printed(*results: SetResult) -> str:
    console = Console(file=io.StringIO(), width=80)
    print_results(results, console)
    return console.file.getvalue()  # type: ignore[attr-defined,no-any-return]


def test_the_table_fits_a_terminal_and_has_a_mean_for_several_sets() -> None:
    text = printed(result("복지 [2024]", 0.7), result("mtrag_cloud_en", 0.8))
    assert max(map(len, text.split("On no set")[0].split("set", 1)[1].splitlines()[:14])) <= 80
    assert "복지 [2024]" in text
    assert "1,200 documents" in text
    assert "mean of 2" in text
    assert ".750" in text
    assert "On no set is fused significantly below its better leg" in text


def test_sets_where_fusion_loses_are_named() -> None:
    text = printed(result("good", 0.7), result("bad", 0.55))
    assert text.rstrip().endswith("below its better leg (p < .05) on: bad.")
    assert "-0.0500 [-0.0500, -0.0500]" in text


def test_without_a_terminal_progress_is_a_line_now_and_then() -> None:
    console = Console(file=io.StringIO(), width=80)
    with StepProgress(console, "복지: ingest", 3) as progress:
        for _ in range(3):
            progress(1)
    assert console.file.getvalue() == ""  # type: ignore[attr-defined]
