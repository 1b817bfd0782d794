"""Korean and English documents made from a seed, in two editions that differ like real ones."""

import random
from collections.abc import Sequence
from pathlib import Path

_KOREAN = (
    "{team}은 {month}월 {day}일까지 {thing} 점검을 마치고 결과를 보고합니다.",
    "{thing}에 문제가 생기면 먼저 {team}에 알리고 접수 번호({code})를 받아 두십시오.",
    "{place} 지점의 {thing} 예산은 {number}만 원이며 분기마다 다시 정합니다.",
    "새로 들어온 직원은 {day}일 안에 {thing} 교육을 받아야 합니다.",
    "{thing} 신청은 {place}에서 받고, 처리에는 보통 {day}일이 걸립니다.",
    "작년에는 {thing} 요청이 {number}건이었고 그 가운데 절반은 {place}에서 왔습니다.",
)
_ENGLISH = (
    "The {team} team reviews the {thing} before day {day} of month {month} and files a report.",
    "When the {thing} fails, tell the {team} team first and keep the ticket {code}.",
    "The yearly budget for the {thing} in {place} is {number} dollars, set every quarter.",
    "New staff finish their training on the {thing} within {day} days.",
    "Requests about the {thing} go to the office in {place} and usually take {day} days.",
    "Last year {number} requests concerned the {thing}, and half of them came from {place}.",
)
_KOREAN_WORDS = {
    "team": "총무팀 보안팀 인사팀 재무팀 시설팀 구매팀 법무팀 홍보팀",
    "thing": "출입증 서버 백업 회의실 차량 노트북 계약서 창고 냉난방 전화망 급여 휴가",
    "place": "서울 부산 대구 인천 광주 대전 울산 제주 춘천 전주",
}
_ENGLISH_WORDS = {
    "team": "security facilities payroll purchasing legal network support audit",
    "thing": "badge server backup elevator contract laptop warehouse printer leave invoice",
    "place": "Berlin Toronto Nairobi Lisbon Osaka Denver Lima Oslo Dublin Austin",
}
_PARAGRAPHS = 30
_SENTENCES = 4
_PARAGRAPHS_OF_A_NOTE, _NOTES_IN_A_FOLDER = 4, 100
_EDITED_EVERY, _GONE_EVERY, _NEW_EVERY = 3, 10, 10


def write_first_edition(folder: Path, count: int) -> None:
    """Write ``count`` documents, every second one in Korean."""
    folder.mkdir(parents=True)
    for number in range(count):
        _write(folder, number, _paragraphs(number))


def write_second_edition(folder: Path, count: int) -> None:
    """Write the documents again: a third has one other paragraph, a tenth is gone, some are new."""
    folder.mkdir(parents=True)
    for number in range(count):
        paragraphs = _paragraphs(number)
        if number % _EDITED_EVERY == 0:
            paragraphs[number % _PARAGRAPHS] = _paragraphs(number + 10_000)[0]
        if number % _GONE_EVERY != 1:
            _write(folder, number, paragraphs)
    for number in range(count, count + count // _NEW_EVERY):
        _write(folder, number, _paragraphs(number))


def write_notes(folder: Path, count: int) -> int:
    """Write short documents, a hundred to a folder, and return their bytes together."""
    size = 0
    for number in range(count):
        place = folder / f"{number // _NOTES_IN_A_FOLDER:04}"
        place.mkdir(parents=True, exist_ok=True)
        title, *rest = _paragraphs(number)[:_PARAGRAPHS_OF_A_NOTE]
        parts = [f"# {title.splitlines()[0]}", title, f"## {number}", *rest]
        size += (place / f"{number:05}.md").write_bytes("\n\n".join(parts).encode())
    return size


def questions(count: int, documents: int) -> list[str]:
    """Return sentences that stand in documents of either edition."""
    numbers = range(0, documents, max(1, documents // count))
    return [_paragraphs(number)[number % _PARAGRAPHS].split("\n")[0] for number in numbers]


def paragraph(number: int) -> str:
    """Return a paragraph; even numbers give Korean ones."""
    return _paragraphs(number)[0]


def _write(folder: Path, number: int, paragraphs: Sequence[str]) -> None:
    text = "\n\n".join([f"# 문서 {number} / Document {number}", *paragraphs])
    (folder / f"{number:04}.md").write_text(text + "\n", encoding="utf-8")


def _paragraphs(number: int) -> list[str]:
    drawn = random.Random(number)  # noqa: S311 - nothing secret is drawn
    templates, words = (_ENGLISH, _ENGLISH_WORDS) if number % 2 else (_KOREAN, _KOREAN_WORDS)
    return [
        "\n".join(_sentence(drawn, templates, words) for _ in range(_SENTENCES))
        for _ in range(_PARAGRAPHS)
    ]


def _sentence(drawn: random.Random, templates: Sequence[str], words: dict[str, str]) -> str:
    return drawn.choice(templates).format(
        **{name: drawn.choice(choices.split()) for name, choices in words.items()},
        code=f"{drawn.choice('ABCDE')}-{drawn.randrange(100, 1000)}",
        number=drawn.randrange(10, 5000),
        month=drawn.randrange(1, 13),
        day=drawn.randrange(2, 29),
    )
