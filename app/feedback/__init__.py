"""What people think of answers, and the questions with known sources that come of it."""
