"""Which of a bundle's values are published and which assumed."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from shopscore.bundle.model import Bundle, Provenance


class Claims(Struct, frozen=True):
    """Sources and assumptions by path; a mark holds for everything below its path."""

    by_path: Mapping[str, Provenance]

    @classmethod
    def of(cls, bundle: Bundle) -> Claims:
        """Return the claims of a bundle."""
        return cls({each.path: each for each in bundle.provenance})

    def nearest(self, path: str) -> Provenance | None:
        """Return what is said of a value, or of the nearest map or list around it."""
        while path and path not in self.by_path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.by_path.get(path)

    def assumed(self, path: str) -> bool:
        """Tell whether a value is the policy's assumption."""
        claim = self.nearest(path)
        return claim is not None and claim.assumed is not None
