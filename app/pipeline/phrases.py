"""What the service itself says, in each language that it answers in."""

from app.pipeline.question import Language

NOT_FOUND = {
    Language.KOREAN: "문서에서 이 질문에 대한 답을 찾지 못했습니다.",
    Language.ENGLISH: "The documents do not hold an answer to this question.",
}

SOURCES = {
    Language.KOREAN: "출처:",
    Language.ENGLISH: "Sources:",
}

OTHER_LANGUAGE = {
    Language.KOREAN: "관련 문서가 영어로 되어 있어 원문을 그대로 옮깁니다.",
    Language.ENGLISH: "The document is in Korean; these are its own words.",
}
