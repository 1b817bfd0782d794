"""From question to answer: ``answer.py`` is the story, the other files are its steps."""
