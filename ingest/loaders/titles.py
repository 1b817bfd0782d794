"""Which title of a file's properties is one that a person wrote."""

import re

_MEANINGLESS = re.compile(
    r"\W*|untitled.*|제목\s*없음.*|title|model|(?:new |word )?document\W*\d*|문서\W*\d*|새 문서.*"
    r"|microsoft (?:word|excel|powerpoint)\b.*|powerpoint presentation"
    r"|(?:powerpoint )?프레젠테이션\W*\d*"
    r"|.*\.(?:docx?|hwpx?|pdf|pptx?|xlsx?|odt|ods|odp|rtf|txt|html?|indd|qxd|dwg|tex|dvi|ps)",
    re.IGNORECASE | re.DOTALL,
)


def meaningful_title(title: str) -> str:
    """Return the title, or nothing when it is a file name or a program's default."""
    line = " ".join(title.replace("\x00", "").split())
    return "" if _MEANINGLESS.fullmatch(line) else line
