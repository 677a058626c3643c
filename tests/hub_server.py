"""A hub on loopback, as far as the real `huggingface_hub` client needs one.

`/api/models/{id}[/revision/{rev}]`, `/api/models/{id}/tree/{rev}` and `/{id}/resolve/{rev}/{file}`
with ETag, X-Repo-Commit and Range. Weights stand in large-file storage: their ETag is a SHA-256,
that of other files a git hash. Faults are made on purpose: see the fields of `Hub`.
"""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "7c1f0e9d2b3a4c5d6e7f8091a2b3c4d5e6f70819"
_LARGE = (".bin", ".safetensors", ".spm", ".model")


@dataclass
class Hub:
    """Repositories by id, each a folder; what was asked for; and what goes wrong."""

    folders: dict[str, Path] = field(default_factory=dict)
    licenses: dict[str, str] = field(default_factory=dict)
    token: str = ""  # when set, nothing without it
    breaks_after: dict[str, int] = field(default_factory=dict)  # file → bytes of its first answer
    fails: set[str] = field(default_factory=set)  # files answered 500
    damages: set[str] = field(default_factory=set)  # files with one byte changed
    requests: list[tuple[str, str, str]] = field(default_factory=list)  # method, path, range
    agents: set[str] = field(default_factory=set)
    url: str = ""

    def gets(self, name: str) -> list[str]:
        """The ranges that were asked for of a file."""
        return [r for method, path, r in self.requests if method == "GET" and path.endswith(name)]


@contextmanager
def serve_hub(hub: Hub) -> Iterator[Hub]:
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        path = unquote(url.path)
        self.hub.requests.append((self.command, path, self.headers.get("Range", "")))
        self.hub.agents.add(self.headers.get("User-Agent", ""))
        if self.hub.token and self.headers.get("Authorization") != f"Bearer {self.hub.token}":
            self._refuse(401, "RepoNotFound")
        elif path.startswith("/api/models/"):
            self._answer_api(path.removeprefix("/api/models/"))
        else:
            self._answer_file(path.strip("/"))

    do_HEAD = do_GET

    def _answer_api(self, path: str) -> None:
        owner, name, *rest = path.split("/")
        repository = f"{owner}/{name}"
        if repository not in self.hub.folders:
            self._refuse(404, "RepoNotFound")
        elif rest[:1] == ["tree"]:
            self._send_json([_tree_entry(file) for file in self._files(repository)])
        else:
            card = {"license": self.hub.licenses.get(repository)}
            siblings = [_sibling(file) for file in self._files(repository)]
            answer = {"id": repository, "sha": COMMIT, "cardData": card, "siblings": siblings}
            config = self.hub.folders[repository] / "config.json"
            settings = json.loads(config.read_text()) if config.is_file() else {}
            self._send_json(answer | {"config": {"model_type": settings.get("model_type", "")}})

    def _answer_file(self, path: str) -> None:
        owner, name, _, _, *rest = path.split("/")
        file = self.hub.folders[f"{owner}/{name}"] / "/".join(rest)
        if file.name in self.hub.fails:
            self._refuse(500, "")
            return
        body = file.read_bytes()
        etag = _digest(file)
        if file.name in self.hub.damages:
            body = body[:-1] + bytes([body[-1] ^ 1])
        start = int(self.headers.get("Range", "bytes=0-").split("=")[1].rstrip("-"))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.send_header("Content-Length", str(len(body) - start))
        self.send_header("ETag", f'"{etag}"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.end_headers()
        if self.command == "HEAD":
            return
        limit = self.hub.breaks_after.pop(file.name, None)
        self.wfile.write(body[start : start + limit] if limit is not None else body[start:])
        if limit is not None:
            self.wfile.flush()
            self.close_connection = True

    def _files(self, repository: str) -> list[Path]:
        return sorted(path for path in self.hub.folders[repository].iterdir() if path.is_file())

    def _send_json(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refuse(self, status: int, code: str) -> None:
        self.send_response(status)
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


def _digest(file: Path) -> str:
    body = file.read_bytes()
    if file.suffix in _LARGE:
        return hashlib.sha256(body).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(body) + body).hexdigest()


def _tree_entry(file: Path) -> dict[str, object]:
    size, digest = file.stat().st_size, _digest(file)
    entry: dict[str, object] = {"type": "file", "path": file.name, "size": size, "oid": digest[:40]}
    if file.suffix in _LARGE:
        entry["lfs"] = {"oid": digest, "size": size, "pointerSize": 134}
    return entry


def _sibling(file: Path) -> dict[str, object]:
    size, digest = file.stat().st_size, _digest(file)
    entry: dict[str, object] = {"rfilename": file.name, "size": size, "blobId": digest[:40]}
    if file.suffix in _LARGE:
        entry["lfs"] = {"sha256": digest, "size": size, "pointerSize": 134}
    return entry
