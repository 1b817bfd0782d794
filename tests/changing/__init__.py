"""A team's folder, its uploads and its index, changed in any order and killed at any moment."""
