from app.pipeline.question import Language, language_of
from eval.datasets import CorpusDocument
from eval.train.cloze import ClozeMaker

DOCUMENTS = [
    CorpusDocument(
        "ko",
        "측우기",
        "측우기는 1441년 세종대왕 때 장영실이 만든 것으로 알려진 강우량 측정 기구이다."
        " 서울 종로구 기상청 건물에는 복원된 측우기가 3개 전시되어 있다고 한다.",
    ),
    CorpusDocument(
        "en",
        "Lighthouse",
        "The old lighthouse was built by Maria Jensen in 1887 on the island of Norra Holmen."
        " Its lamp could be seen from a distance of 23 miles on a clear winter night.",
    ),
]


def test_made_up_questions_ask_for_words_that_stand_in_the_document() -> None:
    made = list(ClozeMaker(0).make(DOCUMENTS, 10))
    assert {one.document.id for one in made} == {"ko", "en"}
    for one in made:
        [(start, end)] = one.places
        answer = one.document.text[start:end]
        assert answer.strip()
        assert answer not in one.question.split()
        assert one.question.endswith("?")
        expected = Language.KOREAN if one.document.id == "ko" else Language.ENGLISH
        assert language_of(one.question) == expected


def test_the_same_seed_makes_the_same_questions_and_no_more_than_asked() -> None:
    first, again = (list(ClozeMaker(5).make(DOCUMENTS, 3)) for _ in range(2))
    assert first == again
    assert len(first) == 3
