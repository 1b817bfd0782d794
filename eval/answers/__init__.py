"""``eval answers``: how right the answers are, beside those that people gave."""
