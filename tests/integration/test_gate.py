"""The gate on frozen questions with the real embedder: what is shipped passes, the worse fails."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from eval.asking import load_asking_setup
from eval.gate.asking import Place, ask_all
from eval.gate.baseline import read_baseline
from eval.gate.command import DATA
from eval.gate.outcomes import Outcome
from eval.gate.verdict import judge
from eval.golden.cases import Golden
from eval.golden.reading import read_golden
from ingest.reading import ReadingOptions
from tests.random_answers import RandomAnswerer


@pytest.fixture(scope="module")
def golden() -> Golden:
    """Return every document and every fifth question: enough to tell, and sooner done."""
    whole = read_golden(DATA)
    return replace(whole, cases=whole.cases[::5])


@pytest.fixture(scope="module")
def place(golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> Place:
    made = Place(load_asking_setup(), tmp_path_factory.mktemp("gate") / "data")
    assert made.ingest(golden, ReadingOptions(), lambda _: None)
    return made


@pytest.fixture(scope="module")
def accepted(golden: Golden, place: Place) -> Sequence[Outcome]:
    return place.ask(golden, lambda _: None)


def at_random(golden: Golden, place: Place) -> Sequence[Outcome]:
    async def asked() -> Sequence[Outcome]:
        async with place.service() as service:
            worse = replace(service.pipeline, answerer=RandomAnswerer(seed=0))
            return await ask_all(replace(service, pipeline=worse), golden, lambda _: None)

    return asyncio.run(asked())


def test_the_service_passes_beside_its_baseline(
    golden: Golden, accepted: Sequence[Outcome]
) -> None:
    asked = {outcome.id for outcome in accepted}
    kept = [each for each in read_baseline(DATA, golden.digest).outcomes if each.id in asked]
    assert len(kept) == len(accepted)
    assert not any(each.is_worse for each in judge(accepted, kept).figures)


def test_answers_at_random_fail_the_gate(
    golden: Golden, place: Place, accepted: Sequence[Outcome]
) -> None:
    verdict = judge(at_random(golden, place), accepted)
    assert not verdict.passed
    worse = {each.name for each in verdict.figures if each.is_worse}
    assert worse >= {"answered", "abstention recall"}
    assert not worse & {"recall@5", "mrr@10", "citations verbatim"}


def test_the_accepted_outcomes_rest_on_real_answers(accepted: Sequence[Outcome]) -> None:
    """A service that only abstained would be repeatable too."""
    asked = len(accepted)
    assert sum(each.answered for each in accepted) >= 0.08 * asked
    assert sum(each.rank == 1 for each in accepted) >= 0.4 * asked
    assert all(each.verbatim == each.citations for each in accepted)
