"""The plain web server under the foreign services: one process, threads, and the freedoms that HTTP leaves a server."""

import gzip
import http.server
import json
import socketserver
import sys
import threading
import urllib.parse


class HttpDialect:
    """What a server may choose without saying so."""

    def __init__(self, *, chunked=False, lower_case_names=False, close=False, version="1.1", compressed=False, byte_order_mark=False):
        self.chunked, self.lower_case_names, self.close, self.version = chunked, lower_case_names, close, version
        self.compressed, self.byte_order_mark = compressed, byte_order_mark


class Answer(Exception):
    """One answer; also raised where it is the end of the matter."""

    def __init__(self, status, body=None, headers=None):
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers or {}


class Request:
    """A request as the services read it. `query` holds the last value of each name, decoded."""

    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers, self.body = method, target, headers, body
        parts = urllib.parse.urlsplit(target)
        self.path = urllib.parse.unquote(parts.path)
        self.raw_query = parts.query
        self.query = dict(urllib.parse.parse_qsl(parts.query, keep_blank_values=True))

    def json(self):
        try:
            return json.loads(self.body, parse_float=str, parse_int=str)
        except ValueError:
            raise Answer(400, {"error": "no JSON"})

    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode()))


class ForeignServer:
    """Serves `answer(request) -> Answer` on a free port of loopback and keeps what was asked."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.asked = []  # (method, target, status)
        self.lock = threading.RLock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/" + dialect.version
            timeout = 60

            def log_message(self, *_):
                pass

            def handle_any(self):
                length = int(self.headers.get("Content-Length") or 0)
                request = Request(self.command, self.path, self.headers, self.rfile.read(length) if length else b"")
                with outer.lock:
                    try:
                        answer = outer.answer(request)
                    except Answer as raised:
                        answer = raised
                    except Exception as error:  # a fault of this server shows as one
                        print(f"{self.command} {self.path}: {error!r}", file=sys.stderr)
                        answer = Answer(599, {"fault": repr(error)})
                    outer.asked.append((self.command, self.path, answer.status))
                self.send(answer)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def send(self, answer):
                body = answer.body
                if body is not None and not isinstance(body, bytes):
                    body = (b"\xef\xbb\xbf" if dialect.byte_order_mark else b"") + json.dumps(body, indent=dialect.byte_order_mark or None).encode()
                empty = answer.status == 204 or body is None
                chunked = dialect.chunked and dialect.version == "1.1" and not empty
                headers = dict(answer.headers)
                if dialect.compressed and not empty and "gzip" in self.headers.get("Accept-Encoding", ""):
                    body = gzip.compress(body)
                    headers["Content-Encoding"] = "gzip"
                if not empty:
                    headers.setdefault("Content-Type", "application/json; charset=utf-8")
                if chunked:
                    headers["Transfer-Encoding"] = "chunked"
                elif answer.status != 204 and dialect.version == "1.1":
                    headers["Content-Length"] = str(len(body or b""))
                if dialect.close:
                    headers["Connection"] = "close"
                    self.close_connection = True
                self.send_response(answer.status)
                for name, value in headers.items():
                    self.send_header(name.lower() if dialect.lower_case_names else name, value)
                self.end_headers()
                if empty:
                    return
                if not chunked:
                    self.wfile.write(body)
                    return
                for start in range(0, len(body), 700):
                    piece = body[start : start + 700]
                    self.wfile.write(b"%x;part=1\r\n" % len(piece) + piece + b"\r\n")
                self.wfile.write(b"0\r\nX-Trailer: end\r\n\r\n")

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 64

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, request):
        raise NotImplementedError

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def asked_since(self, start=0):
        with self.lock:
            return list(self.asked[start:])
