"""Unpacks the bundled model into MUREUM_CACHE_DIR while the image is built."""

from index.embedder.bundled.unpack import unpack_bundled_model
from index.settings import IndexSettings, load_settings

if __name__ == "__main__":
    folder = unpack_bundled_model(load_settings(IndexSettings).cache_dir)
    folder.with_name(f"{folder.name}.lock").unlink(missing_ok=True)
