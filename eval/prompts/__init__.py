"""What language models are told when they measure: one Markdown file for each language."""

from importlib.resources import files

from app.pipeline.question import Language


def read_judge_prompt(language: Language) -> str:
    """Return what a model is told that grades answers."""
    file = files(__package__).joinpath(f"judge.{language}.md")
    return file.read_text(encoding="utf-8").strip()
