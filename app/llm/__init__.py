"""Messages → text, a piece at a time: one file for each way to reach a language model."""
