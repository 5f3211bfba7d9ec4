"""Serves what every page needs, small over the wire and kept by the browser: it holds nobody's data."""

import gzip
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

TEXT: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
YEAR: Final = "public, max-age=31536000, immutable"
HOUR: Final = "public, max-age=3600"


class Static(StaticFiles):
    """Files under `static`; text is compressed once and remembered.

    Pages themselves are not compressed: a secret beside text of somebody's choice could be guessed from the length.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file, compressed where it is text and the browser understands."""
        answer = await super().get_response(path, scope)
        kind = TEXT.get(Path(path).suffix)
        # An address with a mark of the file's bytes never means other bytes.
        answer.headers["Cache-Control"] = YEAR if scope["query_string"].startswith(b"v=") else HOUR
        if kind is None or answer.status_code != 200:  # noqa: PLR2004  # not found, or not modified
            return answer
        answer.headers["Content-Type"] = kind
        answer.headers["Vary"] = "Accept-Encoding"
        if scope["method"] != "GET" or "gzip" not in Headers(scope=scope).get("accept-encoding", ""):
            return answer
        full, found = self.lookup_path(path)
        if found is None:
            return answer
        kept = {name: answer.headers[name] for name in ("Cache-Control", "ETag", "Last-Modified", "Vary")}
        body = _compressed(full, found.st_mtime_ns)
        return Response(body, headers=kept | {"Content-Encoding": "gzip"}, media_type=kind)


@lru_cache(maxsize=64)
def _compressed(path: str | os.PathLike[str], _changed_at: int) -> bytes:
    return gzip.compress(Path(path).read_bytes(), mtime=0)
