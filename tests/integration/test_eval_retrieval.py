"""Retrieval measured on real questions with the real embedder, through the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
DATA = REPOSITORY.parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"the real sets are not at {DATA}")


def part_of(name: str, documents: int, folder: Path) -> Path:
    """Return a folder with the first documents of a real set and the questions about them."""
    source, made = DATA / name, folder / name
    made.mkdir()
    corpus = (source / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:documents]
    kept = {json.loads(line)["_id"] for line in corpus}
    head, *judged = (source / "qrels.tsv").read_text(encoding="utf-8").splitlines()
    judged = [line for line in judged if line.split("\t")[1] in kept]
    (made / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (made / "qrels.tsv").write_text("\n".join([head, *judged]), encoding="utf-8")
    (made / "queries.jsonl").write_bytes((source / "queries.jsonl").read_bytes())
    return made


def measured(folder: Path, *arguments: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "eval", "retrieval", *arguments, "--json", "report.json"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    sets: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))["sets"]
    return sets


def test_real_questions_find_their_documents_in_korean_and_english(tmp_path: Path) -> None:
    folders = [part_of("tydiqa_goldp_ko", 80, tmp_path), part_of("xquad_en", 60, tmp_path)]
    found = measured(tmp_path, *map(str, folders), "--limit", "60")
    assert {name: part["documents"] for name, part in found.items()} == {
        "tydiqa_goldp_ko": 80,
        "xquad_en": 60,
    }
    for part in found.values():
        legs = part["legs"]
        assert part["queries"] == 60
        assert legs["fused"]["ndcg@10"] > 0.9
        assert min(legs["bm25"]["recall@10"], legs["dense"]["recall@10"]) > 0.9
        assert part["intervals"]["fused"]["ndcg@10"][0] > 0.85
        (fused_against_better,) = part["comparisons"]
        assert fused_against_better["difference"] > 0 or fused_against_better["p"] >= 0.05
