"""Examples that the OpenAPI document shows."""

from fastapi.openapi.models import Example

ASK_EXAMPLES: dict[str, Example] = {
    "korean": {
        "summary": "한국어로 묻기",
        "value": {"question": "문서를 고치면 색인은 언제 바뀌나요?"},
    },
    "english": {
        "summary": "Ask in English, in one folder, from at most three sections",
        "value": {
            "question": "When does an edited document become searchable?",
            "filters": {"source": "docs/en/"},
            "top_k": 3,
        },
    },
}

SEARCH_EXAMPLES: dict[str, Example] = {
    "korean": {"summary": "한국어로 찾기", "value": {"query": "암호가 걸린 PDF"}},
    "english": {
        "summary": "Search in English, among documents with a tag",
        "value": {"query": "encrypted PDF", "filters": {"tags": ["guide"]}, "top_k": 5},
    },
}

UPLOAD_EXAMPLES: dict[str, object] = {
    "korean": {
        "summary": "파일 두 개를 태그와 함께 올리기",
        "value": {"files": ["휴가규정.hwpx", "여비규정.pdf"], "tags": ["인사"]},
    },
    "english": {"summary": "Hand over one file", "value": {"files": ["handbook.docx"]}},
}

REPLACE_EXAMPLES: dict[str, object] = {
    "korean": {"summary": "새 판으로 바꾸기", "value": {"file": "휴가규정-2판.hwpx"}},
    "english": {
        "summary": "Replace a file and its tags",
        "value": {"file": "handbook-2.docx", "tags": ["hr"]},
    },
}
