"""An answer as a reader of the terminal sees it."""

import textwrap

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from app.api.schemas.ask import AskResponse
from app.api.schemas.citations import CitationResponse

QUOTE_CHARACTERS = 300


def print_answer(response: AskResponse, console: Console) -> None:
    """Print the answer, then where it stands, or the nearest passages when there is none."""
    console.print(Text(response.answer, style="yellow" if response.abstained else "bold"))
    if not response.citations:
        return
    label = "Nearest passages:" if response.abstained else "Sources:"
    console.print(Text(f"\n{label}", style="dim"))
    for citation in response.citations:
        console.print(_place(citation))
        if response.abstained:
            quote = textwrap.shorten(citation.quote, QUOTE_CHARACTERS, placeholder=" …")
            console.print(Padding(Text(quote, style="dim"), (0, 0, 0, 4), expand=False))


def _place(citation: CitationResponse) -> Text:
    page = f", page {citation.page}" if citation.page else ""
    heading = f" · {citation.heading}" if citation.heading else ""
    return Text(
        f"[{citation.number}] {citation.source}{page}{heading}, characters"
        f" {citation.start}–{citation.end}"
    )
