"""Reads the tokens of an RTF file: what its groups mean, and which characters they show."""

from dataclasses import dataclass, replace

from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.rtf_characters import (
    NAMED_CODE_PAGES,
    SIGNS,
    characters,
    code_page,
    code_page_of_font,
    joined_pairs,
    unicode_sign,
)
from ingest.loaders.rtf_layout import RtfLayout
from ingest.loaders.rtf_tokens import Kind, Token, tokens
from ingest.loaders.rtf_words import (
    ASIDES,
    BODY,
    HEAD,
    HEADING_NAME,
    HIDING,
    LEFT_OUT,
    LEVELS,
    LINE_ENDS,
    NEVER_A_SUBSTITUTE,
    NUMBERED,
    OPENED,
    READ,
    SKIPPED,
)


@dataclass(slots=True)
class _State:
    """What a group inherits from the one around it."""

    destination: str = BODY
    font: int | None = None
    fallback: int = 1
    hidden: bool = False
    in_table: bool = False
    style: int | None = None
    level: int | None = None


class RtfReading:
    """Reads a whole file into ``blocks``; ``properties`` are its title and its author."""

    def __init__(self, content: bytes, blocks: BlockBuilder) -> None:
        self.properties: dict[str, str] = {}
        self._layout = RtfLayout(blocks)
        self._state = _State()
        self._outer: list[_State] = []
        self._codec = "cp1252"
        self._fonts: dict[int, str] = {}
        self._default_font: int | None = None
        self._levels: dict[int, int] = {}
        self._bytes: list[str] = []
        self._collected: list[str] = []
        self._to_skip = 0
        self._starred = False
        self._merged = False
        for token in tokens(content):
            self._read(token)
        self._flush()
        self._layout.end()

    def _read(self, token: Token) -> None:
        if token.kind is Kind.BYTES:
            self._add_bytes(token.text)
            return
        self._flush()
        if token.kind is Kind.OPEN:
            self._outer.append(self._state)
            self._state = replace(self._state)
            self._to_skip = 0
        elif token.kind is Kind.CLOSE:
            self._close()
        else:
            self._control(token.text, token.number)

    def _add_bytes(self, text: str) -> None:
        """Collect bytes, except those that stand in for a Unicode character given before."""
        self._starred = False
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if self._state.destination != SKIPPED and not self._state.hidden:
            self._bytes.append(text[skipped:])

    def _flush(self) -> None:
        """Turn the bytes so far into characters: two of them may be one Korean syllable."""
        if self._bytes:
            font = self._default_font if self._state.font is None else self._state.font
            codec = self._fonts.get(-1 if font is None else font, self._codec)
            text = characters("".join(self._bytes).encode("latin-1"), codec)
            self._bytes = []
            self._add(text)

    def _add(self, text: str) -> None:
        state = self._state
        if state.hidden or state.destination == SKIPPED:
            return
        if state.destination in ASIDES or state.destination == BODY:
            self._layout.add(text)
        else:
            self._collected.append(text)

    def _control(self, word: str, number: int | None) -> None:
        if self._to_skip and word not in NEVER_A_SUBSTITUTE:
            self._to_skip -= 1
            return
        starred, self._starred = self._starred, word == "*"
        if starred and word not in OPENED and word not in READ:
            self._state.destination = SKIPPED
        elif self._state.destination == SKIPPED or word == "*":
            return
        elif word in LEFT_OUT:
            self._state.destination = SKIPPED
        elif word in READ:
            self._begin(word)
        elif word in SIGNS:
            self._add(SIGNS[word])
        else:
            self._property(word, number)

    def _begin(self, destination: str) -> None:
        self._state.destination = destination
        self._collected = []
        if destination in ASIDES:
            self._state.in_table = False
            self._layout.begin_aside()

    def _close(self) -> None:
        inner = self._state
        outer = self._outer.pop() if self._outer else _State()
        if inner.destination == "stylesheet":
            self._end_style(inner)
        self._state = outer
        self._to_skip = 0
        if inner.destination != outer.destination:
            self._end(inner.destination)

    def _end(self, destination: str) -> None:
        """End a destination that was read."""
        text, self._collected = joined_pairs("".join(self._collected)), []
        if destination in ASIDES:
            self._layout.end_aside(numbered=destination == "footnote")
        elif destination in {"title", "author"}:
            self.properties[destination] = text
        elif destination in {"listtext", "pntext"}:
            self._add(f"{text.strip()} " if NUMBERED.search(text) else "- ")

    def _end_style(self, style: _State) -> None:
        """Remember which heading level a style of the sheet has, by its outline or its name."""
        named = HEADING_NAME.fullmatch("".join(self._collected).strip().rstrip(";"))
        self._collected = []
        level = style.level or (int(named[1]) if named else None)
        if style.style is not None and level:
            self._levels[style.style] = level

    def _property(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "u":
            self._add(unicode_sign(number or 0))
            self._to_skip = state.fallback
        elif word == "uc":
            state.fallback = max(number or 0, 0)
        elif word in HIDING:
            state.hidden = number != 0
        elif word == "plain":
            state.hidden, state.font = False, None
        elif word == "f":
            state.font = number
        elif word in {"pard", "s", "outlinelevel", "intbl"}:
            self._paragraph_property(word, number)
        elif word in HEAD:
            self._of_file(word, number)
        elif state.destination in ASIDES or state.destination == BODY:
            self._structure(word)

    def _paragraph_property(self, word: str, number: int | None) -> None:
        state = self._state
        if word == "pard":
            state.in_table, state.style, state.level = False, None, None
        elif word == "intbl":
            state.in_table = state.destination == BODY
        elif word == "s":
            state.style = number
        elif number is not None and 0 <= number < LEVELS:
            state.level = number + 1

    def _of_file(self, word: str, number: int | None) -> None:
        """Take what the head of the file says: code pages and fonts."""
        if word in NAMED_CODE_PAGES:
            self._codec = NAMED_CODE_PAGES[word]
        elif word == "ansicpg" and number:
            self._codec = code_page(number)
        elif word == "deff":
            self._default_font = number
        elif word == "fcharset" and self._state.destination == "fonttbl":
            codec = code_page_of_font(number or 0)
            if codec and self._state.font is not None:
                self._fonts[self._state.font] = codec

    def _structure(self, word: str) -> None:
        state = self._state
        if word in LINE_ENDS:
            level = state.level or self._levels.get(-1 if state.style is None else state.style)
            self._layout.end_line(level, in_table=state.in_table)
        elif word == "trowd":
            self._layout.begin_row()
        elif word in {"clvmrg", "cellx"}:
            if word == "cellx":
                self._layout.declare_column(merged=self._merged)
            self._merged = word == "clvmrg"
        elif word in {"cell", "nestcell"}:
            self._layout.end_cell() if word == "cell" else self._add(" ")
        elif word == "row":
            self._layout.end_row()
