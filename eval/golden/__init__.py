"""The frozen documents and questions of the gate: what they are, and how they are read."""
