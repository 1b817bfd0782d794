"""What the service tells of itself: logs, metrics, traces; never what was asked or answered."""
