"""Online: a question becomes an answer with checked citations, over HTTP or in the terminal."""
