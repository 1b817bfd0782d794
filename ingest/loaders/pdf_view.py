"""How points of a page lie on the page as it is shown, turned and cropped."""

import ctypes
from typing import Any

from ingest.loaders.pdf_model import Box

_FINE = 1_000_000
_FAR = 100
_STRAIGHT = 0.1


class PageView:
    """Turns points of a page into points of the page as it is shown."""

    def __init__(self, page: Any) -> None:  # noqa: ANN401 - pypdfium2 has no types
        self.width, self.height = page.get_size()
        self._origin = self._device(page, 0, 0)
        right, up = self._device(page, _FAR, 0), self._device(page, 0, _FAR)
        self._right = (right[0] - self._origin[0]) / _FAR, (right[1] - self._origin[1]) / _FAR
        self._up = (up[0] - self._origin[0]) / _FAR, (up[1] - self._origin[1]) / _FAR

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return how far to the right and down a point is shown."""
        return (
            self._origin[0] + x * self._right[0] + y * self._up[0],
            self._origin[1] + x * self._right[1] + y * self._up[1],
        )

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Return where a rectangle is shown."""
        x, y = self.point(left, bottom)
        other_x, other_y = self.point(right, top)
        return Box(min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y))

    def is_upright(self, a: float, b: float) -> bool:
        """Return whether text is read from left to right whose matrix begins like this."""
        across = a * self._right[0] + b * self._up[0]
        down = a * self._right[1] + b * self._up[1]
        return across > 0 and abs(down) <= _STRAIGHT * across

    def _device(self, page: Any, x: float, y: float) -> tuple[float, float]:  # noqa: ANN401
        import pypdfium2.raw as pdfium

        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        return across.value * self.width / _FINE, down.value * self.height / _FINE
