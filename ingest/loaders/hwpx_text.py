"""The characters of a HWPX run: what is shown, not what a tracked change deleted."""

from collections.abc import Iterator

from lxml.etree import QName
from lxml.etree import _Element as Element

_SIGNS = {
    "tab": "\t",
    "lineBreak": "\n",
    "hyphen": "-",
    "nbSpace": "\u00a0",
    "fwSpace": " ",
}
_DELETED = {"deleteBegin": True, "deleteEnd": False}


def local_name(element: Element) -> str:
    """Return the tag without its namespace, which differs between years; "" for entities."""
    return QName(element).localname if isinstance(element.tag, str) else ""


class VisibleText:
    """Reads the texts of one paragraph in their order; a deletion may reach over several."""

    def __init__(self) -> None:
        self._is_deleted = False

    def of(self, element: Element) -> str:
        """Return the visible characters of a ``t`` element."""
        return "".join(self._strings(element))

    def _strings(self, element: Element) -> Iterator[str]:
        yield self._shown(element.text)
        for child in element:
            name = local_name(child)
            self._is_deleted = _DELETED.get(name, self._is_deleted)
            yield self._shown(_SIGNS.get(name, ""))
            yield self._shown(child.tail)

    def _shown(self, text: str | None) -> str:
        return "" if self._is_deleted else text or ""
