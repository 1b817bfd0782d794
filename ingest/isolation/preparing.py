"""What a supervisor imports before the first file of a kind, so that no child has to do it."""

import ast
import gc
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path, PurePath
from types import ModuleType

from ingest.isolation import landlock
from ingest.loaders.base import Loader
from ingest.loaders.registry import loader_for, own_suffixes

_WORD = b"# word\n"
_SYSTEM_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share")
_SYSTEM_FILES = ("/etc/localtime", "/etc/mime.types", "/dev/null", "/dev/urandom")


class Preparation:
    """The kinds of files that are prepared for, and what their children may read on the disk."""

    def __init__(self, loaders: Mapping[str, str]) -> None:
        self._loaders = loaders
        self._suffixes: set[str] = set()
        self.ruleset: int | None = None

    def prepare(self, name: str) -> None:
        """Import what reads files like this one; what goes wrong the child will find again."""
        suffix = PurePath(name).suffix.lower()
        if suffix in self._suffixes:
            return
        self._suffixes.add(suffix)
        for each in self._names(name):
            with suppress(Exception):
                _warm_up(loader_for(each, self._loaders))
        if self.ruleset is not None:
            os.close(self.ruleset)
        self.ruleset = landlock.ruleset(readable_paths())
        gc.freeze()  # what a child's collector does not touch, it need not copy

    def _names(self, name: str) -> Iterator[str]:
        """Yield the file's name, and names of files that the team's own loaders read inside it."""
        yield name
        with suppress(Exception):
            if loader_for(name, self._loaders).opens_files:
                yield from (f"own{suffix}" for suffix in own_suffixes(self._loaders))


def _warm_up(loader: Loader) -> None:
    """Import what a loader needs; one of ours also reads a word, so that its code has run once."""
    module = type(loader).__module__
    import_all_of(sys.modules[module])
    if module.partition(".")[0] == __name__.partition(".")[0]:
        loader.load(_WORD, "word")


def import_all_of(module: ModuleType) -> None:
    """Import what functions of this module import when they run, and so on in its own package.

    Loaders import the library of their format only when they read; without this every child
    would spend its first tenths of a second on that.
    """
    package = module.__name__.partition(".")[0]
    todo, done = [module], {module.__name__}
    while todo:
        for name in _imported_names(todo.pop()):
            if name not in done:
                done.add(name)
                found = _import(name)
                if found is not None and name.partition(".")[0] == package:
                    todo.append(found)


def readable_paths() -> set[Path]:
    """Return where libraries lie: late imports, fonts and tables of theirs are read from there.

    The working folder is not among them, for it holds the index and the settings.
    """
    named = {path for name, path in sysconfig.get_paths().items() if "lib" in name}
    shared = {f"{prefix}/lib" for prefix in (sys.prefix, sys.base_prefix)}
    loaded = {path for module in tuple(sys.modules.values()) for path in _folders(module)}
    return {Path(path) for path in {*named, *shared, *loaded, *_SYSTEM_FOLDERS, *_SYSTEM_FILES}}


def _folders(module: ModuleType) -> Iterator[str]:
    """Yield the folders of a package that stands on its own."""
    if "." not in module.__name__:
        yield from getattr(module, "__path__", ())


def _imported_names(module: ModuleType) -> Iterator[str]:
    """Yield the names of all modules that the source of a module imports, anywhere in it."""
    with suppress(OSError, SyntaxError, TypeError):
        source = Path(module.__file__ or "").read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _import(name: str) -> ModuleType | None:
    """Return a module; None where the name is that of something in one, or nothing at all."""
    with suppress(Exception):
        if name in sys.modules or find_spec(name) is not None:
            return import_module(name)
    return None
