"""Reading conversations, what is reported of rewrites, and the command on small sets."""

import argparse
import json
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from app.rewriters.base import Exchange
from eval.conversations import Turn, read_conversations
from eval.errors import QuestionSetError
from eval.rewrite import add_arguments, run
from eval.rewrite_results import HUMAN, LAST_TURN, REWRITTEN, RewriteResult, gap_closed, mean_gap
from eval.rewrite_table import print_result
from eval.rewritten_text import (
    LEANING_CHANGED,
    PRECISION,
    RECALL,
    STANDALONE_CHANGED,
    TOKEN_F1,
    text_result,
)
from index.analyzer import WhitespaceAnalyzer
from tests.unit.eval.question_folders import write_lines, write_set

SHIPS = ("문무대왕함은 몇 톤급인가요?", "이지스함이라고 할 수 있나요?")


def write_mtrag(folder: Path) -> Path:
    """Write a conversation of two turns whose tasks stand in the wrong order."""
    write_set(folder)
    (folder / "queries.jsonl").unlink()
    asked = [{"_id": f"c{turn}", "text": f"|user|: {text}"} for turn, text in enumerate(SHIPS)]
    human = [asked[0], {"_id": "c1", "text": "|user|: 문무대왕함은 이지스함인가요?"}]
    write_lines(folder / "queries_lastturn.jsonl", asked)
    write_lines(folder / "queries_rewrite.jsonl", human)
    tasks = [
        {
            "task_id": f"c{turn}",
            "conversation_id": "c",
            "turn_id": turn,
            "question": f" {text}",
            "answer": f"답 {turn}",
        }
        for turn, text in enumerate(SHIPS)
    ]
    write_lines(folder / "tasks.jsonl", tasks[::-1])
    lines = ["query-id\tcorpus-id\tscore", "c0\tvpn\t1", "c1\tparking\t1"]
    (folder / "qrels.tsv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_cast_2019(folder: Path) -> Path:
    folder.mkdir()
    turns = [("What is throat cancer?", None), ("Is it treatable?", "Is throat cancer treatable?")]
    topic = {
        "number": 31,
        "turn": [
            {"number": number, "raw_utterance": f"{text} "}
            for number, (text, _) in enumerate(turns, start=1)
        ],
    }
    (folder / "evaluation_topics_v1.0.json").write_text(json.dumps([topic]), encoding="utf-8")
    lines = [f"31_{place}\t{human or text}" for place, (text, human) in enumerate(turns, start=1)]
    resolved = folder / "evaluation_topics_annotated_resolved_v1.0.tsv"
    resolved.write_text("\n".join(lines), encoding="utf-8")
    return folder


def write_cast_2020(folder: Path) -> Path:
    folder.mkdir()
    turn = {"number": 1, "raw_utterance": "Why?", "manual_rewritten_utterance": "Why ships?"}
    topics = [{"number": 81, "turn": [turn, {**turn, "number": 2}]}]
    path = folder / "2020_manual_evaluation_topics_v1.0.json"
    path.write_text(json.dumps(topics), encoding="utf-8")
    return folder


def result(**means: float) -> RewriteResult:
    """Return a set of 40 questions, each with the mean of its form."""
    return RewriteResult(
        "ships", {form: {"ndcg@10": np.full(40, mean)} for form, mean in means.items()}
    )


def test_turns_come_with_what_was_said_before_them(tmp_path: Path) -> None:
    found = read_conversations(write_mtrag(tmp_path / "ships"))
    assert found.name == "ships"
    assert [turn.question for turn in found.turns] == list(SHIPS)
    assert found.turns[0].history == []
    assert found.turns[1].history == [Exchange(SHIPS[0], "답 0")]
    assert found.turns[1].human == "문무대왕함은 이지스함인가요?"
    assert found.searched is not None
    assert [query.id for query in found.searched.queries] == ["c0", "c1"]


def test_both_years_of_cast_are_read_without_answers(tmp_path: Path) -> None:
    first = read_conversations(write_cast_2019(tmp_path / "2019"))
    second = read_conversations(write_cast_2020(tmp_path / "2020"))
    assert first.searched is None
    assert first.turns[1] == Turn(
        "31_2",
        "Is it treatable?",
        "Is throat cancer treatable?",
        [Exchange("What is throat cancer?", "")],
    )
    assert [turn.human for turn in second.turns] == ["Why ships?", "Why ships?"]


def test_a_limit_takes_the_first_turns(tmp_path: Path) -> None:
    assert len(read_conversations(write_mtrag(tmp_path / "ships"), limit=1).turns) == 1
    assert len(read_conversations(write_cast_2019(tmp_path / "cast"), limit=1).turns) == 1


def test_a_folder_without_conversations_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"holds no conversations: tasks\.jsonl"):
        read_conversations(tmp_path)


def test_a_query_without_a_human_form_is_named(tmp_path: Path) -> None:
    folder = write_mtrag(tmp_path / "ships")
    write_lines(folder / "queries_rewrite.jsonl", [{"_id": "c0", "text": "문무대왕함?"}])
    with pytest.raises(QuestionSetError, match='must have the query "c1" too'):
        read_conversations(folder)


@pytest.mark.parametrize("text", ["{", "[1]", '[{"number": 1}]', "{}1"])
def test_what_is_not_cast_is_refused(tmp_path: Path, text: str) -> None:
    folder = write_cast_2020(tmp_path / "2020")
    (folder / "2020_manual_evaluation_topics_v1.0.json").write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match="this is no list of topics"):
        read_conversations(folder)


def test_the_gap_is_the_share_of_what_the_human_gained() -> None:
    found = result(last_turn=0.4, rewritten=0.45, human=0.5).gap
    assert found is not None
    assert found.share == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx((0.5, 0.5), abs=0.02)
    assert result(last_turn=0.4, rewritten=0.45, human=0.4).gap is None
    assert result(last_turn=0.4, rewritten=0.45).gap is None


def test_the_interval_of_the_gap_holds_the_truth_or_has_no_bound() -> None:
    generator = np.random.default_rng(1)
    human = generator.normal(0.2, 0.3, 400)
    ours = 0.6 * human + generator.normal(0.0, 0.1, 400)
    found = gap_closed(ours, human)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.6 < found.high
    assert found.high - found.low < 0.3
    noise = human[:40] - human[:40].mean() + 0.01
    unsure = gap_closed(ours[:40], noise)
    assert unsure is not None
    assert None in (unsure.low, unsure.high)


def test_every_set_with_a_gap_counts_the_same() -> None:
    first = result(last_turn=0.4, rewritten=0.45, human=0.5)
    second = result(last_turn=0.4, rewritten=0.5, human=0.5)
    assert mean_gap([first, second, result(last_turn=0.1, rewritten=0.2)]) == pytest.approx(0.75)
    assert mean_gap([]) is None


def test_the_report_holds_means_intervals_the_test_and_the_gap() -> None:
    report = result(last_turn=0.4, rewritten=0.45, human=0.5).as_json()
    assert report["queries"] == 40
    assert report[LAST_TURN] == {"ndcg@10": pytest.approx(0.4)}
    assert report[REWRITTEN] == {"ndcg@10": pytest.approx(0.45)}
    assert report[HUMAN] == {"ndcg@10": pytest.approx(0.5)}
    assert report["gap_closed"] == pytest.approx(0.5)
    assert json.loads(json.dumps(report))["comparison"]["difference"] == pytest.approx(0.05)


def test_text_is_measured_by_the_terms_that_a_human_added() -> None:
    before = [Exchange("about ships", "")]
    turns = [
        Turn("a", "about ships", "about ships", []),
        Turn("b", "fast it", "fast ships there", before),
        Turn("c", "slow it", "slow ships", before),
        Turn("d", "all trains", "all trains", before),
    ]
    texts = ["about ships", "fast it ships boats", "slow it", "all trains ships"]
    values = text_result("ships", turns, texts, WhitespaceAnalyzer()).values
    assert values[REWRITTEN][RECALL].tolist() == [0.5, 0.0]
    assert values[REWRITTEN][PRECISION].tolist() == [0.5]
    assert values[REWRITTEN][LEANING_CHANGED].tolist() == [1.0, 0.0]
    assert values[REWRITTEN][STANDALONE_CHANGED].tolist() == [1.0]
    assert values[LAST_TURN][TOKEN_F1].tolist() == pytest.approx([2 / 5, 1 / 2, 1.0])


def test_the_table_shows_forms_and_the_gap() -> None:
    console = Console(width=120)
    with console.capture() as captured:
        print_result(result(last_turn=0.4, rewritten=0.45, human=0.5), console)
    assert "last turn" in captured.get()
    assert "0.450" in captured.get()
    assert "gap closed: 0.50 [" in captured.get()


def test_the_command_searches_with_every_form_and_keeps_its_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUREUM_EMBEDDER", "hashing")
    write_mtrag(tmp_path / "ships")
    write_cast_2019(tmp_path / "cast")
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    given = ["ships", "cast", "--index", "kept", "--json", "report.json"]
    assert run(parser.parse_args(given)) == 0
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert list(report["sets"]) == ["ships", "cast"]
    assert set(report["sets"]["ships"]) >= {"queries", LAST_TURN, REWRITTEN, HUMAN, "gap_closed"}
    assert report["sets"]["cast"][REWRITTEN][RECALL] == 1.0
    assert report["settings"]["rewriter"] == "terms"
    assert (tmp_path / "kept" / "ships" / "index").is_dir()


def test_folders_of_one_name_are_refused(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    (tmp_path / "other").mkdir()
    folders = [write_cast_2019(tmp_path / "cast"), write_cast_2020(tmp_path / "other" / "cast")]
    with pytest.raises(QuestionSetError, match="rename one of them"):
        run(parser.parse_args([str(folder) for folder in folders]))
