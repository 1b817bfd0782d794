"""Short conversations, and the real analyzer: what it finds decides what is carried over."""

from collections.abc import Sequence
from functools import cache

from app.pipeline.question import Question, language_of
from app.rewriters.base import Exchange, Rewriter
from index.analyzer import Analyzer, KoreanEnglishAnalyzer

SHIP = (
    Exchange("문무대왕함은 몇 톤급인가요?", "문무대왕함은 4,400톤급 구축함입니다."),
    Exchange("광개토대왕급인가요?", "아니요, 충무공이순신급입니다."),
)
GREENHOUSE = (
    Exchange("Who looks after the greenhouse?", "The garden group looks after the greenhouse."),
)


@cache
def analyzer() -> Analyzer:
    return KoreanEnglishAnalyzer()


async def rewritten(rewriter: Rewriter, question: str, history: Sequence[Exchange]) -> str:
    asked = Question(question, language_of(question))
    return (await rewriter.rewrite(asked, history)).text
