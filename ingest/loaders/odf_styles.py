"""What an OpenDocument style means: hidden text, hidden sheets and slides, a title."""

from collections.abc import Iterator, Sequence

from lxml.etree import _Element as Element

from ingest.loaders.odf_names import odf

_LONGEST_INHERITANCE = 20


class Styles:
    """The styles of one document, by family and name."""

    def __init__(self, roots: Sequence[Element]) -> None:
        self._styles = {
            (style.get(odf("style:family")), style.get(odf("style:name"))): style
            for root in reversed(roots)
            for style in root.iter(odf("style:style"))
        }
        self._layouts = {
            layout.get(odf("style:name")): layout
            for root in roots
            for layout in root.iter(odf("style:page-layout"))
        }
        self._masters = {
            master.get(odf("style:name")): master
            for root in roots
            for master in root.iter(odf("style:master-page"))
        }

    def hides_text(self, element: Element, family: str) -> bool:
        """Return whether the style of a paragraph or a span ("text") hides what it says."""
        return self._property(element, family, "style:text-properties", "text:display") == "none"

    def hides_sheet(self, table: Element) -> bool:
        """Return whether the sheet or table is not displayed."""
        found = self._property(table, "table", "style:table-properties", "table:display")
        return found == "false"

    def hides_section(self, section: Element) -> bool:
        """Return whether a section is hidden, always or by a condition that holds."""
        display = section.get(odf("text:display"), "true")
        holds = section.get(odf("text:is-hidden")) == "true"
        return bool(display == "none" or (display == "condition" and holds))

    def hides_slide(self, page: Element) -> bool:
        """Return whether the slide is left out when the presentation runs."""
        properties = "style:drawing-page-properties"
        style = odf("draw:style-name")
        found = self._property(page, "drawing-page", properties, "presentation:visibility", style)
        return found == "hidden"

    def is_title(self, paragraph: Element) -> bool:
        """Return whether the paragraph is the title of the document."""
        name = paragraph.get(odf("text:style-name"), "")
        return any(odf_name == "Title" for odf_name in (name, *self._ancestors("paragraph", name)))

    def page_size(self, page: Element) -> tuple[str, str] | None:
        """Return width and height of a slide as lengths with units, None when nothing says it."""
        master = self._masters.get(page.get(odf("draw:master-page-name")))
        layout = (
            None if master is None else self._layouts.get(master.get(odf("style:page-layout-name")))
        )
        found = None if layout is None else layout.find(odf("style:page-layout-properties"))
        if found is None:
            return None
        return found.get(odf("fo:page-width"), ""), found.get(odf("fo:page-height"), "")

    def _ancestors(self, family: str, name: str) -> Iterator[str]:
        for _ in range(_LONGEST_INHERITANCE):
            style = self._styles.get((family, name))
            if style is None:
                return
            name = style.get(odf("style:parent-style-name"), "")
            yield name

    def _property(
        self, element: Element, family: str, properties: str, attribute: str, by: str = ""
    ) -> str | None:
        """Return what the nearest style that knows the attribute says."""
        named = by or odf(f"{'table' if family == 'table' else 'text'}:style-name")
        name = element.get(named, "")
        for known in (name, *self._ancestors(family, name)):
            style = self._styles.get((family, known))
            found = None if style is None else style.find(odf(properties))
            if found is not None and found.get(odf(attribute)) is not None:
                return str(found.get(odf(attribute)))
        return None
