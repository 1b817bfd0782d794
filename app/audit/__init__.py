"""Who asked or changed what, one line an act."""
