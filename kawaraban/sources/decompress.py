"""Undo Content-Encoding piece by piece, so that a bomb never unfolds in memory.

Input: the header value and the chunks as they arrive. Output: chunks of plain bytes, or a
FetchError as soon as the size or the ratio passes its bound.

    inflate = Inflater("gzip", max_bytes=10_000_000, max_ratio=100.0)
    body = b"".join(part for chunk in chunks for part in inflate.feed(chunk)); inflate.finish()
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from kawaraban.errors import FetchError

ACCEPT_ENCODING = "gzip, deflate"
RATIO_FLOOR_BYTES = 1_000_000  # small bodies of blanks may fold 1000:1 and do no harm

_STEP_BYTES = 65_536
_GZIP_OR_ZLIB = 47
_RAW_DEFLATE = -15


class Inflater:
    """Bounded decoder of one body; `identity` passes through under the same size bound."""

    def __init__(self, coding: str, *, max_bytes: int, max_ratio: float) -> None:
        self._coding = _known(coding)
        self._max_bytes = max_bytes
        self._max_ratio = max_ratio
        self._n_in = 0
        self._n_out = 0
        self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        self._head = b""  # first bytes of a deflate body, until its dialect is known

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Plain bytes of one more chunk."""
        self._n_in += len(chunk)
        if self._coding == "identity":
            yield self._counted(chunk)
            return
        chunk = self._with_dialect(chunk)
        pending = False
        while chunk or pending:
            part, chunk = self._step(chunk)
            pending = len(part) == _STEP_BYTES
            if part:
                yield self._counted(part)

    def _with_dialect(self, chunk: bytes) -> bytes:
        """Some servers send raw deflate where zlib is meant: the first two bytes tell."""
        if self._coding != "deflate" or len(self._head) == 2:
            return chunk
        chunk = self._head + chunk
        self._head = chunk[:2]
        if len(self._head) < 2:
            return b""
        if chunk[0] & 0x0F != 8 or int.from_bytes(self._head, "big") % 31:
            self._stream = zlib.decompressobj(_RAW_DEFLATE)
        return chunk

    def finish(self) -> None:
        """Raise FetchError if the compressed stream stopped half way."""
        if self._coding != "identity" and self._n_in and not self._stream.eof:
            raise FetchError(f"the {self._coding} body ends half way; try again")

    def _step(self, chunk: bytes) -> tuple[bytes, bytes]:
        if self._stream.eof:  # another gzip member, or padding behind the last one
            if not chunk.startswith(b"\x1f"):
                return b"", b""
            self._stream = zlib.decompressobj(_GZIP_OR_ZLIB)
        try:
            part = self._stream.decompress(chunk, _STEP_BYTES)
        except zlib.error as error:
            raise FetchError(f"the body is not valid {self._coding} ({error})") from None
        return part, self._stream.unconsumed_tail or self._stream.unused_data

    def _counted(self, part: bytes) -> bytes:
        self._n_out += len(part)
        if self._n_out > self._max_bytes:
            raise FetchError(
                f"the body is larger than {self._max_bytes} bytes; "
                "expected a news page (raise the setting fetch_max_bytes if this is meant)"
            )
        ratio = self._n_out / max(self._n_in, 1)
        if self._n_out > RATIO_FLOOR_BYTES and ratio > self._max_ratio:
            raise FetchError(
                f"the body unfolds {ratio:.0f} times, more than {self._max_ratio:.0f}: "
                "a decompression bomb; refused"
            )
        return part


def _known(coding: str) -> str:
    codings = [part.strip().lower() for part in coding.split(",")]
    codings = [part for part in codings if part not in ("", "identity")]
    if not codings:
        return "identity"
    if len(codings) == 1 and codings[0] in ("gzip", "x-gzip", "deflate"):
        return codings[0].removeprefix("x-")
    raise FetchError(f"Content-Encoding {coding!r}; expected one of {ACCEPT_ENCODING}")
