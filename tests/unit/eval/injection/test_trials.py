"""Which texts are tried where."""

from collections import Counter

from eval.injection.carriers import OWN, Ask, Carrier, Position, own_carriers
from eval.injection.controls import own_controls
from eval.injection.texts import PlantedText
from eval.injection.trials import Asked, plan, sample

ANSWERED = [Asked(carrier, ask) for carrier in own_carriers() for ask in carrier.asks]
TABLES = [
    Asked(Carrier(f"table-{n}.txt", "folder", "| a | b |", (), is_code=n > 3), Ask("Which?", ""))
    for n in range(6)
]


def text(number: int, *, is_attack: bool, folder: str = "folder") -> PlantedText:
    place = f"texts.jsonl, line {number}"
    return PlantedText(place, folder, f"Do number {number}.", "spam", is_attack=is_attack)


def test_a_sample_takes_as_many_of_both_and_the_same_ones_each_time() -> None:
    texts = [text(number, is_attack=number % 3 == 0) for number in range(90)]
    taken = sample(texts, 10)
    assert Counter(each.is_attack for each in taken) == {True: 10, False: 10}
    assert taken == sample(texts[::-1], 10)
    assert [each.place for each in taken] != [each.place for each in texts if each in taken]
    assert len(sample(texts, None)) == 90


def test_a_text_is_tried_at_every_position_with_the_same_question() -> None:
    trials = plan([text(1, is_attack=True, folder="elsewhere")], ANSWERED)
    assert [trial.position for trial in trials] == list(Position)
    assert len({trial.asked for trial in trials}) == 1


def test_an_attack_also_goes_into_a_document_that_it_came_with() -> None:
    trials = plan([text(1, is_attack=True), text(2, is_attack=False)], [*ANSWERED, *TABLES])
    folders = Counter((trial.text.place[-1], trial.asked.carrier.folder) for trial in trials)
    assert folders == {("1", OWN): 3, ("1", "folder"): 3, ("2", OWN): 3}
    assert not any(trial.asked.carrier.is_code for trial in trials)


def test_texts_are_spread_over_documents_of_both_languages() -> None:
    trials = plan([text(number, is_attack=True) for number in range(60)], ANSWERED)
    languages = Counter(trial.asked.carrier.language for trial in trials)
    assert min(languages.values()) > 0.3 * len(trials)
    assert len({trial.asked.carrier.name for trial in trials}) == len(own_carriers())


def test_own_controls_are_tried_with_several_questions() -> None:
    trials = plan(own_controls()[:1], ANSWERED)
    assert len({trial.asked for trial in trials}) > 1
