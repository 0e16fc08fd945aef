"""A server of sealed parts for one page: by range, under the app's own content security policy, and it can fail."""

import http.server
import time

from django.conf import settings

PIECE_BYTES = 64 * 1024
SLOW_SECONDS = 0.005
POLICY = "; ".join(
    f"{name} {' '.join(values)}" for name, values in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


class Kept:
    """What the server holds and has seen."""

    def __init__(self):
        self.files = {}
        self.clear = {}
        self.asked = []
        self.broken_off = 0
        self.down = False
        self.slow = False


class Server(http.server.SimpleHTTPRequestHandler):
    """Serves the page under our policy, keeps sealed parts and gives them by range; keeps parts in the clear for the test."""

    def __init__(self, *arguments, kept, **more):
        self.kept = kept
        super().__init__(*arguments, **more)

    def log_message(self, *_said):
        pass

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        (self.kept.clear if self.path.startswith("/clear/") else self.kept.files)[self.path] = body
        self.send_response(204)
        self.end_headers()

    def do_GET(self):
        path = self.path.partition("?")[0]
        if not path.startswith("/api/"):
            super().do_GET()
            return
        self.kept.asked.append((path, self.headers["Range"]))
        if self.kept.down or path not in self.kept.files:
            self.send_error(503)
            return
        self._give(self.kept.files[path])

    def _give(self, sealed):
        ranged = self.headers["Range"]
        first, last = ranged.removeprefix("bytes=").split("-") if ranged else (0, len(sealed) - 1)
        part = sealed[int(first) : int(last) + 1]
        self.send_response(206 if ranged else 200)
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        try:
            for at in range(0, len(part), PIECE_BYTES):
                self.wfile.write(part[at : at + PIECE_BYTES])
                if self.kept.slow:
                    time.sleep(SLOW_SECONDS)
        except OSError:
            self.kept.broken_off += 1
