"""Which elements of a page a reader sees, and which of those are content."""

import re
from collections.abc import Callable

from lxml.etree import _Element as Element

Skip = Callable[[Element], bool]
"""Whether an element, with all inside it, is left out."""

BLOCKS = frozenset(
    (  # noqa: SIM905 - as a list it would fill a screen
        "address article aside blockquote body caption center dd details dialog dir div dl dt"
        " fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li"
        " main menu nav ol p pre section summary table tbody td tfoot th thead tr ul"
    ).split()
)
_NEVER_TEXT = frozenset(
    (  # noqa: SIM905 - as a list it would fill a screen
        "head script style template noscript iframe object embed svg canvas audio video map button"
        " select input textarea option datalist noframes title meta link"
    ).split()
)
_BOILERPLATE_TAGS = frozenset({"nav", "aside", "search"})
_PAGE_FRAME_TAGS = frozenset({"header", "footer"})
_CONTENT_TAGS = frozenset({"html", "body", "main", "article"})
_SECTIONS = frozenset({"main", "article", "section"})
_BOILERPLATE_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "menu", "menubar", "toolbar", "alertdialog"}
)
_BOILERPLATE_NAMES = frozenset(
    (  # noqa: SIM905 - as a list it would fill a screen
        "nav navbar navigation breadcrumb breadcrumbs sidebar footer site-footer page-footer"
        " site-header cookie-banner cookie-notice cookie-consent skip-link headerlink"
        " social-links share-buttons gnb lnb snb"
    ).split()
)
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|(?:text-indent|left|top|right|bottom)\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0"
    r"|(?<![-\w])color\s*:\s*transparent",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = frozenset({"white", "#fff", "#ffffff", "rgb(255,255,255)"})


def is_hidden(element: Element) -> bool:
    """Return whether a reader of the page would not see this element as text."""
    return (
        not isinstance(element.tag, str)
        or element.tag in _NEVER_TEXT
        or element.get("hidden") is not None
        or element.get("aria-hidden", "").strip().lower() == "true"
        or _HIDING_STYLE.search(element.get("style", "")) is not None
        or _has_colour_of_ground(element)
    )


def _has_colour_of_ground(element: Element) -> bool:
    """Return whether the element's own style writes in the colour that lies behind it.

    Only styles written at the elements are known; a page without one is white.
    """
    colour = _COLOUR.search(element.get("style", ""))
    if colour is None:
        return False
    behind = "white"
    for place in (element, *element.iterancestors()):
        ground = _BACKGROUND.search(place.get("style", ""))
        if ground or place.get("bgcolor"):
            behind = ground[1] if ground else place.get("bgcolor", "")
            break
    written, behind = _plain(colour[1]), _plain(behind)
    return written == behind or (written in _WHITE and behind in _WHITE)


def _plain(colour: str) -> str:
    return "".join(colour.split()).lower()


def is_boilerplate(element: Element) -> bool:
    """Return whether this is hidden, or frames the content: navigation, header, footer."""
    if is_hidden(element) or element.tag in _BOILERPLATE_TAGS:
        return True
    if element.get("role", "").strip().lower() in _BOILERPLATE_ROLES:
        return True
    if element.tag in _PAGE_FRAME_TAGS:
        return not any(parent.tag in _SECTIONS for parent in element.iterancestors())
    names = f"{element.get('class', '')} {element.get('id', '')}".lower().split()
    return element.tag not in _CONTENT_TAGS and not _BOILERPLATE_NAMES.isdisjoint(names)


def element_text(element: Element, skip: Skip) -> str:
    """Return the element's visible text on one line, with a space between blocks."""
    return " ".join("".join(_strings(element, skip, gap=" ")).split())


def verbatim_text(element: Element, skip: Skip) -> str:
    """Return the element's visible text with its own spaces and line ends, as code needs it."""
    return "".join(_strings(element, skip, gap="\n")).strip("\n")


def _strings(element: Element, skip: Skip, gap: str) -> list[str]:
    """Return the pieces of text in their order; without recursion, for nesting has no bound."""
    strings = [element.text or ""]
    below = [(iter(element), "")]
    while below:
        children, afterwards = below[-1]
        child = next(children, None)
        if child is None:
            strings.append(afterwards)
            below.pop()
        elif skip(child):
            strings.append(child.tail or "")
        else:
            around = gap if child.tag in BLOCKS else ""
            strings += [gap if child.tag == "br" else "", around, child.text or ""]
            below.append((iter(child), around + (child.tail or "")))
    return strings
