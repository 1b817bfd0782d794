"""What models are told of the tools: one Markdown file each, and one of all of them."""

from importlib.resources import files


def read_description(name: str) -> str:
    """Return what a model is told of a tool, or, under ``instructions``, of the whole server."""
    return files(__package__).joinpath(f"{name}.md").read_text(encoding="utf-8").strip()
