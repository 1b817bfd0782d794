"""One file for each format: bytes become text with its title, pages and headings."""
