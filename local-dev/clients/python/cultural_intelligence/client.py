"""One client, safe to share between threads."""

from __future__ import annotations

import http.client
import json
import logging
import random
import ssl
import threading
import time
from typing import Any, Callable, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, cast
from urllib.parse import quote, urlencode, urlsplit

from .answers import Answer, Health

LOG = logging.getLogger("cultural_intelligence")

#: What asks the old table: a path in, an answer out, None where it knows nothing of the path.
Fallback = Callable[[str], Optional[Answer]]

_MOST_BYTES = 64 << 20
_PASSING = frozenset({429, 502, 503, 504})


class Refused(Exception):
    """The service understood the request and refused it: asking again will not help."""

    def __init__(self, status: int, code: str, sentence: str, body: Mapping[str, Any]) -> None:
        super().__init__(f"{code}: {sentence}")
        self.status = status
        self.code = code
        self.sentence = sentence
        self.body = body


class Unavailable(Exception):
    """Nobody answered in time, retries included, and no fallback knew better."""


class MalformedAnswer(Unavailable):
    """Somebody answered, but not this service: a proxy's page, for example."""


class Client:
    """
    Asks the functions under one address.

    :param base_url: where they are, such as ``http://127.0.0.1:5000``
    :param api_key: sent as ``X-API-Key``
    :param timeout: seconds one try may take, connecting included
    :param deadline: seconds one call may take, all tries and waits included
    :param retries: tries after the first. Every request here may be repeated: the same file gives the same answer.
    :param fallback: asked for a path when the service can't be reached
    :param rest: seconds for which the service is left alone, and the fallback asked at once, after a call that found
        nobody; one call is let through afterwards to see. Without a fallback every call tries.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:5000",
        *,
        api_key: Optional[str] = None,
        timeout: float = 10.0,
        deadline: float = 30.0,
        retries: int = 2,
        fallback: Optional[Fallback] = None,
        rest: float = 15.0,
        batch_size: int = 50,
    ) -> None:
        address = urlsplit(base_url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(f"base_url must be http://host:port or https://host:port, not {base_url!r}")
        if timeout <= 0 or deadline <= 0 or retries < 0 or batch_size < 1:
            raise ValueError("timeout and deadline must be above 0, retries 0 or more, batch_size 1 or more")
        self._secure = address.scheme == "https"
        self._host = address.hostname
        self._port = address.port
        self._prefix = address.path.rstrip("/")
        self._headers = {"Accept": "application/json", "User-Agent": "cultural-intelligence-python/0.1"}
        if api_key:
            self._headers["X-API-Key"] = api_key
        self._timeout = timeout
        self._deadline = deadline
        self._retries = retries
        self._fallback = fallback
        self._rest = rest
        self._batch_size = batch_size
        self._connections = threading.local()
        self._resting_until = 0.0
        self._lock = threading.Lock()

    def analyse(self, path: str, file_hash: Optional[str] = None) -> Answer:
        """What the file at this path is. A business error, such as a file that is not there, is an answer too."""
        body = {"file_path": path}
        if file_hash is not None:
            body["file_hash"] = file_hash
        return self._about(path, lambda: self._call("POST", "/api/v3.2/file/analyze", body))

    def lookup(self, path: str) -> Answer:
        """What is held of this path, even if its file is gone; a file not known yet is analysed."""
        route = "/api/v3.2/file/path?" + urlencode({"path": path})
        return self._about(path, lambda: self._call("GET", route))

    def lookup_hash(self, file_hash: str) -> Answer:
        """What is held of this SHA-256."""
        return cast(Answer, self._call("GET", "/api/v3.2/file/hash/" + quote(file_hash, safe="")))

    def batch(self, paths: Sequence[str]) -> List[Answer]:
        """One answer for each path, in order, however many there are."""
        if isinstance(paths, str):
            raise TypeError("paths must be a list of paths, not one path")
        answers: List[Answer] = []
        for part in _parts(paths, self._batch_size):
            answers.extend(self._batch(part))
        return answers

    def health(self) -> Health:
        """How the service is. An unhealthy one answers too; its status then says so."""
        return cast(Health, self._call("GET", "/api/v3.2/health", accept=frozenset({503})))

    def stats(self) -> Dict[str, Any]:
        """The service's figures."""
        return self._call("GET", "/api/v3.2/stats")

    def close(self) -> None:
        """Closes this thread's connection; the client may be used again."""
        self._drop()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _batch(self, paths: Sequence[str]) -> List[Answer]:
        def ask() -> List[Answer]:
            body = self._call("POST", "/api/v3.2/batch", {"file_paths": list(paths)})
            results = body.get("results")
            if not isinstance(results, list) or len(results) != len(paths):
                raise MalformedAnswer(f"a batch of {len(paths)} was not answered with as many results")
            return cast(List[Answer], results)

        if self._fallback is None:
            return ask()
        try:
            return cast(List[Answer], self._unless_resting(ask))
        except Unavailable as missing:
            return [self._from_fallback(path, missing) for path in paths]

    def _about(self, path: str, ask: Callable[[], Dict[str, Any]]) -> Answer:
        if self._fallback is None:
            return cast(Answer, ask())
        try:
            return cast(Answer, self._unless_resting(ask))
        except Unavailable as missing:
            return self._from_fallback(path, missing)

    def _from_fallback(self, path: str, missing: Unavailable) -> Answer:
        answer = self._fallback(path) if self._fallback else None
        if answer is None:
            raise missing
        return answer

    def _unless_resting(self, ask: Callable[[], Any]) -> Any:
        with self._lock:
            now = time.monotonic()
            if now < self._resting_until:
                raise Unavailable("the service did not answer a moment ago and is left alone")
            if self._resting_until:
                # This call goes and sees; the others stay away until it knows.
                self._resting_until = now + self._rest
        try:
            answer = ask()
        except Unavailable:
            with self._lock:
                self._resting_until = time.monotonic() + self._rest
            LOG.warning("the service can't be reached; the old table is asked for %.0f s", self._rest)
            raise
        except Refused:
            self._is_there()
            raise
        self._is_there()
        return answer

    def _is_there(self) -> None:
        with self._lock:
            self._resting_until = 0.0

    def _call(
        self,
        method: str,
        route: str,
        body: Optional[Mapping[str, Any]] = None,
        accept: FrozenSet[int] = frozenset(),
    ) -> Dict[str, Any]:
        payload = None if body is None else json.dumps(body).encode("utf-8")
        end = time.monotonic() + self._deadline
        last: Unavailable
        for attempt in range(self._retries + 1):
            wait = 0.0
            try:
                status, headers, answer = self._send(method, route, payload, end)
                if status not in _PASSING or status in accept:
                    return _understood(status, answer, accept)
                last = Unavailable(f"the service answered {status}: {answer.get('error', 'try again')}")
                wait = _seconds(headers.get("retry-after"))
            except MalformedAnswer as e:
                last = e
            except (OSError, http.client.HTTPException) as e:
                self._drop()
                last = Unavailable(f"no answer from {self._host}: {e or type(e).__name__}")
                last.__cause__ = e
            # Full jitter, so that a thousand clients don't come back at once.
            wait = max(wait, random.uniform(0, 0.2 * 2**attempt))
            if attempt == self._retries or time.monotonic() + wait >= end:
                raise last
            time.sleep(wait)
        raise AssertionError("the loop above returns or raises")

    def _send(
        self, method: str, route: str, payload: Optional[bytes], end: float
    ) -> "tuple[int, Mapping[str, str], Dict[str, Any]]":
        limit = min(end, time.monotonic() + self._timeout)
        kept = self._connection()
        fresh = kept.sock is None
        headers = dict(self._headers)
        if payload is not None:
            headers["Content-Type"] = "application/json"
        try:
            response = self._exchange(kept, method, route, payload, headers, limit)
        except (ConnectionError, http.client.RemoteDisconnected):
            if fresh:
                raise
            # The server closed a connection kept from an earlier call, which says nothing of how it is now.
            self._drop()
            response = self._exchange(self._connection(), method, route, payload, headers, limit)
        raw = _read(response, limit)
        # Only a closed response gives its connection back.
        response.close()
        if response.will_close:
            self._drop()
        try:
            answer = json.loads(raw.decode("utf-8"))
        except ValueError as e:
            raise MalformedAnswer(f"status {response.status} came without JSON: is this the service's address?") from e
        if not isinstance(answer, dict):
            raise MalformedAnswer(f"status {response.status} came with JSON that is no object")
        return response.status, {name.lower(): value for name, value in response.headers.items()}, answer

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        route: str,
        payload: Optional[bytes],
        headers: Mapping[str, str],
        limit: float,
    ) -> http.client.HTTPResponse:
        connection.timeout = _left(limit)
        if connection.sock is not None:
            connection.sock.settimeout(connection.timeout)
        connection.request(method, self._prefix + route, payload, dict(headers))
        return connection.getresponse()

    def _connection(self) -> http.client.HTTPConnection:
        connection: Optional[http.client.HTTPConnection] = getattr(self._connections, "one", None)
        if connection is None:
            if self._secure:
                context = ssl.create_default_context()
                connection = http.client.HTTPSConnection(self._host, self._port, context=context)
            else:
                connection = http.client.HTTPConnection(self._host, self._port)
            self._connections.one = connection
        return connection

    def _drop(self) -> None:
        connection: Optional[http.client.HTTPConnection] = getattr(self._connections, "one", None)
        if connection is not None:
            connection.close()
            self._connections.one = None


def _understood(status: int, answer: Dict[str, Any], accept: FrozenSet[int]) -> Dict[str, Any]:
    if status < 400 or status in accept:
        return answer
    raise Refused(status, str(answer.get("code", "HTTP_" + str(status))), str(answer.get("error", "refused")), answer)


def _read(response: http.client.HTTPResponse, limit: float) -> bytes:
    """The whole body, in time: a server that sends a byte a second is no answer."""
    parts: List[bytes] = []
    size = 0
    while True:
        part = response.read1(1 << 16)
        if not part:
            if response.length:
                raise http.client.IncompleteRead(b"".join(parts), response.length)
            return b"".join(parts)
        parts.append(part)
        size += len(part)
        if size > _MOST_BYTES:
            raise MalformedAnswer(f"an answer of over {_MOST_BYTES >> 20} MB")
        _left(limit)


def _left(limit: float) -> float:
    left = limit - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def _seconds(retry_after: Optional[str]) -> float:
    try:
        return max(0.0, float(retry_after or 0))
    except ValueError:
        return 0.0


def _parts(paths: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]
