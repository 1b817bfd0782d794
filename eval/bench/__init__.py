"""Measures speed, memory and safety; speed is always compared with a bare tool in the same run."""
