"""The client against a service that misbehaves on command."""

import json
import socket
import sqlite3
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cultural_intelligence import Client, MalformedAnswer, OldTable, Refused, Unavailable

NOT_HERE = "http://127.0.0.1:9"  # discard: nobody listens


class Service:
    """Answers each request with the next of the given scenes; the last one is repeated."""

    def __init__(self, *scenes):
        self.scenes = list(scenes)
        self.requests = []
        self.connections = set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_one(self):
                length = int(self.headers.get("Content-Length", 0))
                body = self.rfile.read(length)
                service.connections.add(self.client_address)
                service.requests.append((self.command, self.path, dict(self.headers), body))
                scene = service.scenes.pop(0) if len(service.scenes) > 1 else service.scenes[0]
                scene(self, body)

            do_GET = do_POST = handle_one

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def says(status, body, **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()

    def scene(handler, _):
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(raw)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(raw)

    return scene


def hangs_up(handler, _):
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def trickles(handler, _):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    try:
        for _ in range(1000):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.02)
    except OSError:
        pass


def stops_short(handler, _):
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"status":')
    handler.close_connection = True


def echoes_batch(handler, body):
    paths = json.loads(body)["file_paths"]
    says(200, {"status": "success", "results": [{"status": "success", "file_path": p} for p in paths]})(handler, body)


FINE = says(200, {"status": "success", "source": "cached"})
BUSY = says(503, {"status": "error", "error": "try again", "code": "DATABASE_UNAVAILABLE"})


class AsksTheService(unittest.TestCase):
    def test_sends_the_path_as_it_is_and_the_key(self):
        with Service(FINE) as service, Client(service.url, api_key="k") as client:
            client.analyse("X:\\Music\\Ä ❷ #1&2.mp3", file_hash="00")
            method, route, headers, body = service.requests[0]
            self.assertEqual((method, route), ("POST", "/api/v3.2/file/analyze"))
            self.assertEqual(headers["X-API-Key"], "k")
            self.assertEqual(json.loads(body), {"file_path": "X:\\Music\\Ä ❷ #1&2.mp3", "file_hash": "00"})

    def test_encodes_what_stands_in_an_address(self):
        with Service(FINE) as service, Client(service.url + "/below/") as client:
            client.lookup("/a b/100% #1&c=d.mp3")
            self.assertEqual(
                service.requests[0][1], "/below/api/v3.2/file/path?path=%2Fa+b%2F100%25+%231%26c%3Dd.mp3"
            )

    def test_keeps_its_connection(self):
        with Service(FINE) as service, Client(service.url) as client:
            for _ in range(5):
                client.stats()
            self.assertEqual(len(service.connections), 1)

    def test_a_kept_connection_that_the_server_closed_is_no_failure(self):
        with Service(FINE, hangs_up, FINE) as service, Client(service.url, retries=0) as client:
            client.stats()
            self.assertEqual(client.stats()["status"], "success")

    def test_a_batch_of_any_size_is_cut_and_put_together_in_order(self):
        paths = [f"/m/{i}.mp3" for i in range(121)]
        with Service(echoes_batch) as service, Client(service.url) as client:
            self.assertEqual([a["file_path"] for a in client.batch(paths)], paths)
            self.assertEqual(len(service.requests), 3)
            self.assertEqual(client.batch([]), [])

    def test_one_path_is_no_batch(self):
        with self.assertRaises(TypeError):
            Client(NOT_HERE).batch("/m/a.mp3")

    def test_a_business_error_is_an_answer(self):
        missing = {"status": "error", "error": "File not found or file_path not provided", "code": "FILE_NOT_FOUND"}
        with Service(says(200, missing)) as service, Client(service.url) as client:
            self.assertEqual(client.analyse("/m/gone.mp3")["code"], "FILE_NOT_FOUND")

    def test_an_unhealthy_service_says_so(self):
        with Service(says(503, {"status": "unhealthy"})) as service, Client(service.url) as client:
            self.assertEqual(client.health()["status"], "unhealthy")
            self.assertEqual(len(service.requests), 1)


class TriesAgain(unittest.TestCase):
    def test_after_what_passes(self):
        for bad in (BUSY, hangs_up, stops_short, says(502, b"<html>Bad Gateway</html>")):
            with self.subTest(bad), Service(bad, FINE) as service, Client(service.url) as client:
                self.assertEqual(client.analyse("/m/a.mp3")["status"], "success")
                self.assertEqual(len(service.requests), 2)

    def test_but_not_what_was_refused(self):
        refusal = {"status": "error", "error": "A valid API key is required", "code": "FORBIDDEN"}
        with Service(says(403, refusal)) as service, Client(service.url) as client:
            with self.assertRaises(Refused) as refused:
                client.analyse("/m/a.mp3")
            self.assertEqual((refused.exception.status, refused.exception.code), (403, "FORBIDDEN"))
            self.assertEqual(len(service.requests), 1)

    def test_as_often_as_told(self):
        with Service(BUSY) as service, Client(service.url, retries=3) as client:
            with self.assertRaises(Unavailable):
                client.analyse("/m/a.mp3")
            self.assertEqual(len(service.requests), 4)

    def test_when_the_service_says(self):
        with Service(says(429, {}, Retry_After="0.5"), FINE) as service, Client(service.url) as client:
            start = time.monotonic()
            client.analyse("/m/a.mp3")
            self.assertGreaterEqual(time.monotonic() - start, 0.5)

    def test_not_beyond_its_deadline(self):
        with Service(says(429, {}, Retry_After="60")) as service, Client(service.url, deadline=1) as client:
            start = time.monotonic()
            with self.assertRaises(Unavailable):
                client.analyse("/m/a.mp3")
            self.assertLess(time.monotonic() - start, 1)

    def test_a_server_that_trickles_is_out_of_time(self):
        with Service(trickles) as service, Client(service.url, timeout=0.3, retries=0) as client:
            start = time.monotonic()
            with self.assertRaises(Unavailable):
                client.analyse("/m/a.mp3")
            self.assertLess(time.monotonic() - start, 2)

    def test_somebody_elses_page_is_named(self):
        for page in (b"<html>It works!</html>", b"[]"):
            with self.subTest(page), Service(says(200, page)) as service, Client(service.url, retries=0) as client:
                with self.assertRaises(MalformedAnswer):
                    client.analyse("/m/a.mp3")

    def test_a_batch_with_too_few_results_is_no_answer(self):
        with Service(says(200, {"results": []})) as service, Client(service.url, retries=0) as client:
            with self.assertRaises(MalformedAnswer):
                client.batch(["/m/a.mp3"])


class FallsBack(unittest.TestCase):
    def known(self, path):
        self.asked.append(path)
        return {"status": "success", "source": "metacrate", "file_path": path} if "known" in path else None

    def setUp(self):
        self.asked = []

    def test_to_the_old_table(self):
        client = Client(NOT_HERE, retries=0, fallback=self.known)
        self.assertEqual(client.analyse("/m/known.mp3")["source"], "metacrate")
        self.assertEqual(client.lookup("/m/known.mp3")["source"], "metacrate")
        self.assertEqual([a["source"] for a in client.batch(["/known/1", "/known/2"])], ["metacrate"] * 2)

    def test_but_says_when_nobody_knows(self):
        with self.assertRaises(Unavailable):
            Client(NOT_HERE, retries=0, fallback=self.known).analyse("/m/other.mp3")

    def test_not_on_a_refusal(self):
        with Service(says(400, {"code": "PATH_REQUIRED", "error": "…"})) as service:
            with self.assertRaises(Refused):
                Client(service.url, fallback=self.known).analyse("known")
        self.assertEqual(self.asked, [])

    def test_and_leaves_the_service_alone_for_a_while(self):
        with Service(BUSY, FINE) as service:
            client = Client(service.url, retries=0, fallback=self.known, rest=0.5)
            self.assertEqual(client.analyse("/known/1")["source"], "metacrate")
            self.assertEqual(client.analyse("/known/2")["source"], "metacrate")
            self.assertEqual(len(service.requests), 1)
            time.sleep(0.6)
            self.assertEqual(client.analyse("/known/3")["source"], "cached")
            self.assertEqual(client.analyse("/known/4")["source"], "cached")
            self.assertEqual(len(service.requests), 3)


class OldRows(unittest.TestCase):
    def setUp(self):
        self.address = "file:old?mode=memory&cache=shared"
        self.kept = sqlite3.connect(self.address, uri=True)
        self.addCleanup(self.kept.close)
        self.kept.execute(
            "CREATE TABLE metacrate_tracks (id, file_path, metacrate_classification, confidence_score,"
            " extraction_metadata, processing_timestamp)"
        )

    def row(self, number, path, said, score=None, read=None, when="2024-05-01 10:00:00"):
        self.kept.execute(
            "INSERT INTO metacrate_tracks VALUES (?, ?, ?, ?, ?, ?)", (number, path, said, score, read, when)
        )
        self.kept.commit()

    def ask(self, path):
        return OldTable(lambda: sqlite3.connect(self.address, uri=True), placeholder="?")(path)

    def test_are_given_in_the_services_shape(self):
        said = {"artist": "Deadmau5", "title": "Strobe", "remix_info": "Radio Edit", "bpm": "125.5", "key": "8A"}
        self.row(1, "X:\\M\\s.mp3", json.dumps(said), 0.7, json.dumps({"file_hash": "AB" * 32}))
        answer = self.ask("X:\\M\\s.mp3")
        self.assertEqual(answer["source"], "metacrate")
        self.assertEqual(answer["file_hash"], "ab" * 32)
        self.assertEqual(answer["classification"]["bpm"], 125.5)
        self.assertEqual(answer["classification"]["remix_info"], "radio_edit")
        self.assertEqual(answer["track"]["remix_info"], "Radio Edit")
        self.assertEqual(answer["classification"]["confidence"], 0.7)
        self.assertEqual(answer["processing_info"]["processed_at"], "2024-05-01T10:00:00+00:00")

    def test_with_dirt_give_the_defaults(self):
        for said in (None, "", "no json", "[]", '{"artist": 5, "bpm": "fast", "confidence": 95, "bpm2": NaN}'):
            with self.subTest(said):
                self.kept.execute("DELETE FROM metacrate_tracks")
                self.row(1, "X:\\M\\Some.Song.mp3", said)
                answer = self.ask("X:\\M\\Some.Song.mp3")
                self.assertEqual(answer["classification"]["artist"], "Unknown Artist")
                self.assertEqual(answer["classification"]["track_name"], "Some.Song")
                self.assertIsNone(answer["classification"]["bpm"])
                self.assertEqual(answer["classification"]["confidence"], 0.0)
                self.assertEqual(answer["track"]["remix_info"], "Original Mix")

    def test_of_one_path_the_newest_speaks(self):
        self.row(1, "/a", '{"artist": "newest"}', when="2024-06-01 00:00:00")
        self.row(2, "/a", '{"artist": "older"}', when="2024-05-01 00:00:00")
        self.row(3, "/a", '{"artist": "undated"}', when=None)
        self.assertEqual(self.ask("/a")["classification"]["artist"], "newest")

    def test_that_are_not_there_are_nothing(self):
        self.assertIsNone(self.ask("/none' OR '1'='1"))


if __name__ == "__main__":
    unittest.main()
