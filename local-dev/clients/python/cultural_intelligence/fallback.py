"""The old table, asked when the service can't be reached."""

from __future__ import annotations

import json
import math
import ntpath
import posixpath
from contextlib import closing
from datetime import datetime, timezone
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from .answers import Answer, Classification

_MIXES = {
    "original": "Original Mix",
    "radio_edit": "Radio Edit",
    "extended": "Extended Mix",
    "club": "Club Mix",
    "dub": "Dub Mix",
    "remix": "Remix",
    "bootleg": "Bootleg",
    "edit": "Edit",
    "vip": "VIP Mix",
    "mashup": "Mashup",
    "instrumental": "Instrumental",
    "acapella": "Acapella",
    "rework": "Rework",
    "remaster": "Remaster",
    "live": "Live",
}


class OldTable:
    """
    Answers from MetaCrate's own row, in the service's shape, with source "metacrate".

    :param connect: gives a DB-API connection, such as ``lambda: psycopg2.connect(dsn)``; closed after each question
    :param table: the parts of the table's name, such as ``("public", "metacrate_tracks")``
    :param placeholder: the driver's mark for a value: ``%s`` for psycopg, ``?`` for sqlite3
    """

    def __init__(
        self,
        connect: Callable[[], Any],
        table: Tuple[str, ...] = ("metacrate_tracks",),
        placeholder: str = "%s",
    ) -> None:
        self._connect = connect
        name = ".".join('"' + part.replace('"', '""') + '"' for part in table)
        # A path may stand in several rows: the newest speaks, and among equals always the same one.
        self._sql = (
            "SELECT metacrate_classification, confidence_score, extraction_metadata, processing_timestamp"
            f" FROM {name} WHERE file_path = {placeholder}"
            " ORDER BY processing_timestamp IS NULL, processing_timestamp DESC, id LIMIT 1"
        )

    def __call__(self, path: str) -> Optional[Answer]:
        with closing(self._connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(self._sql, (path,))
            row = cursor.fetchone()
        if row is None:
            return None
        return _answer(path, _object(row[0]), row[1], _object(row[2]), row[3])


def _answer(path: str, said: Mapping[str, Any], score: Any, read: Mapping[str, Any], when: Any) -> Answer:
    mix = _text(said, "remix_info")
    code = mix.lower().replace(" ", "_") if mix else None
    confidence = _share(said.get("confidence"))
    if confidence is None:
        confidence = _share(score)
    file_hash = _text(read, "file_hash")
    classification: Classification = {
        "artist": _text(said, "artist") or "Unknown Artist",
        "track_name": _text(said, "track_name", "title") or _stem(path),
        "remix_info": code if code in _MIXES else None,
        "genre": _text(said, "genre") or "Electronic",
        "subgenre": _text(said, "subgenre"),
        "label": _text(said, "label"),
        "catalog_number": _text(said, "catalog_number"),
        "bpm": _number(said.get("bpm")),
        "musical_key": _text(said, "musical_key", "key"),
        "confidence": confidence or 0.0,
    }
    return {
        "status": "success",
        "source": "metacrate",
        "file_hash": file_hash.lower() if file_hash else None,
        "file_path": path,
        "classification": classification,
        "track": {
            "artist": classification["artist"],
            "track_name": classification["track_name"],
            "remix_info": _MIXES.get(code or "original", mix or "Original Mix"),
            "genre": classification["genre"],
            "subgenre": classification["subgenre"],
            "confidence": classification["confidence"],
        },
        # The old table does not know; so nobody is told to delete anything.
        "duplicates": {"is_duplicate": False, "duplicate_count": 1, "duplicate_files": [], "primary_file": path},
        "duplicate_info": {
            "is_duplicate": False,
            "is_best_version": True,
            "duplicate_count": 1,
            "primary_file": path,
            "reason": "answered from the old table, which knows no copies",
        },
        "metadata": {
            "normalized": {},
            "raw_tags": {},
            "extraction_success": False,
            "error": "the service could not be reached; this is the old row",
            "file_hash": file_hash,
            "source": "metacrate_fallback",
            "track_id": None,
        },
        "processing_info": {
            "processed_at": _instant(when),
            "classification_sources": [],
            "analysis_method": "metacrate",
        },
        "api_info": {"response_time_ms": 0, "api_version": "v3.2", "timestamp": _instant(datetime.now(timezone.utc))},
    }


def _instant(when: Any) -> str:
    """The column has no zone; MetaCrate's clocks are read as UTC, as the service reads them."""
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError:
            when = None
    instant = when if isinstance(when, datetime) else datetime.fromtimestamp(0, timezone.utc)
    return (instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)).isoformat()


def _object(value: Any) -> Mapping[str, Any]:
    """A JSON column as drivers give it: parsed, text, bytes or NULL."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = bytes(value).decode("utf-8", "replace")
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    result: Dict[str, Any] = value if isinstance(value, dict) else {}
    return result


def _text(members: Mapping[str, Any], *names: str) -> Optional[str]:
    for name in names:
        value = members.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _number(value: Any) -> Optional[float]:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number > 0 else None


def _share(value: Any) -> Optional[float]:
    if value in (0, 0.0) and not isinstance(value, bool):
        return 0.0
    number = _number(value)
    return number if number is not None and number <= 1 else None


def _stem(path: str) -> str:
    windows = "\\" in path
    name = ntpath.basename(path) if windows else posixpath.basename(path)
    return posixpath.splitext(name)[0] or "Unknown Title"
