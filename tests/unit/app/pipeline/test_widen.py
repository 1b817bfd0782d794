from app.pipeline.widen import widen
from tests.unit.app.pipeline.passages import document, found


def test_sections_are_the_parents_of_the_passages_in_their_order() -> None:
    parent = "연차는 15일입니다. 병가는 60일입니다."
    first = found("연차는 15일입니다. ", child_id=1, score=0.9, parent=parent)
    other = found("Backups run nightly.", child_id=2, score=0.8, record=document("d2"))
    sections = widen([first, other], most_sections=5, most_characters=1_000)
    assert [item.passage.parent_text for item in sections] == [parent, "Backups run nightly."]
    assert [item.score for item in sections] == [0.9, 0.8]


def test_sections_are_taken_whole_while_they_fit_and_the_first_always_is() -> None:
    items = [found(char * 60, child_id=n, parent_start=100 * n) for n, char in enumerate("abc")]
    assert len(widen(items, most_sections=5, most_characters=130)) == 2
    assert len(widen(items, most_sections=5, most_characters=10)) == 1
    assert len(widen(items, most_sections=1, most_characters=1_000)) == 1
    assert widen([], most_sections=5, most_characters=1_000) == []
