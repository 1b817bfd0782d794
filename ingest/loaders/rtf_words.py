"""The control words of RTF that decide what is read."""

import re

from ingest.loaders.rtf_characters import NAMED_CODE_PAGES

BODY, SKIPPED = "", "skipped"
ASIDES = frozenset({"footnote", "shptxt"})
READ = (
    frozenset({"fonttbl", "stylesheet", "info", "title", "author", "listtext", "pntext"}) | ASIDES
)
"""Destinations whose text is used, each in its way."""

LEFT_OUT = frozenset(
    (  # noqa: SIM905 - as a list it would fill a screen
        "annotation bkmkend bkmkstart colortbl comment do doccomm falt fldinst filetbl footer"
        " footerf footerl footerr ftncn ftnsep ftnsepc aftncn aftnsep aftnsepc header headerf"
        " headerl headerr keywords listname nonesttables objdata objname operator pict private"
        " pntxta pntxtb revtbl rxe shprslt sn sp subject sv tc template txe xe"
    ).split()
)
"""Destinations that are not shown where they stand, or not at all."""

OPENED = frozenset({"shpinst"})
"""Marked as one that may be skipped, but a text box lies inside."""

HIDING = frozenset({"v", "deleted", "webhidden"})
LINE_ENDS = frozenset({"par", "sect", "page", "\n", "\r"})
HEADING_NAME = re.compile(r"(?:heading|제목|개요)\s*([1-9])", re.IGNORECASE)
NEVER_A_SUBSTITUTE = frozenset({"u", "uc", "cell", "row", *LINE_ENDS})
NUMBERED = re.compile(r"\w")
LEVELS = 9
HEAD = frozenset({*NAMED_CODE_PAGES, "ansicpg", "deff", "fcharset"})
