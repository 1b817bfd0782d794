"""A loader of a team's own reads attachments in the process of the mail, which reads no folders."""

from pathlib import Path

import pytest

from ingest.isolation.limits import ParseLimits, can_isolate
from ingest.isolation.parsers import Parsers
from tests.sample_mails import eml_file

LOADER = """
from ingest.loaders.base import Loader, RawDocument


class Drawing(Loader):
    name = "drawing"
    revision = 1
    media_type = "application/x-drawing"

    def _load(self, content, name):
        return RawDocument(text=f"{name}: {content.decode()}")
"""


@pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
def test_an_attachment_is_read_by_a_loader_that_lies_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "team_drawings.py").write_text(LOADER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    content = eml_file("휴가", plain="붙임", 도면__dwx="평면도".encode())
    with Parsers({".dwx": "team_drawings:Drawing"}, ParseLimits()) as parsers:
        found = parsers.parse("메일.eml", content)
    assert found.text.endswith("도면.dwx\n\n도면.dwx: 평면도")
