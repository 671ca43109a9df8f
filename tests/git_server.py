"""A real git server on 127.0.0.1: git's own `http-backend` behind Python's HTTP server.

`python git_server.py FOLDER` serves the repositories under FOLDER and prints its port. Where FOLDER has a
file `password`, its `user:password` is asked for.
"""

import os
import subprocess
import sys
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(sys.argv[1] if __name__ == "__main__" else ".")


class Served(BaseHTTPRequestHandler):
    """Hands each request to `git http-backend`, as a web server does."""

    def do_GET(self) -> None:
        """Answer a request for a list of names."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a request for objects."""
        self._answer()

    def log_message(self, *_: object) -> None:
        """Write nothing."""

    def _answer(self) -> None:
        if not self._may_enter():
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="notes"')
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        done = subprocess.run(
            ["git", "http-backend"], input=body, env=self._variables(), capture_output=True, check=False
        )
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n") if line)
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _may_enter(self) -> bool:
        password = ROOT / "password"
        if not password.exists():
            return True
        return self.headers.get("Authorization") == f"Basic {b64encode(password.read_bytes()).decode()}"

    def _variables(self) -> dict[str, str]:
        address = urlsplit(self.path)
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(ROOT),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": address.path,
            "QUERY_STRING": address.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Served) as server:
        print(server.server_address[1], flush=True)  # noqa: T201 - what the test waits for
        server.serve_forever()
