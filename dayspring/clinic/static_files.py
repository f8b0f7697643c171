"""Static files under names that change with their content, so that a browser never runs an old script."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Fingerprinted(CompressedManifestStaticFilesStorage):
    """A file that has not been gathered keeps its plain name instead of failing the page."""

    def stored_name(self, name: str) -> str:
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
