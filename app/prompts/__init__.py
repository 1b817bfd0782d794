"""What language models are told: one Markdown file for each prompt and language."""

from importlib.resources import files
from string import Template

from app.pipeline.question import Language


def read_prompt(name: str, language: Language, **values: str) -> str:
    """Return a prompt with its ``$names`` filled in; raise KeyError for one without a value."""
    file = files(__package__).joinpath(f"{name}.{language}.md")
    return Template(file.read_text(encoding="utf-8")).substitute(values).strip()
