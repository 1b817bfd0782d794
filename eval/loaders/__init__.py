"""``eval loaders``: how faithfully the loaders read a folder of real files."""
