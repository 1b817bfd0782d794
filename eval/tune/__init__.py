"""``python -m eval tune``: settings that fit a team's own questions, or none."""
