"""The shapes of the answers. Every key is there whatever is known, unless its class says total=False."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, TypedDict


class Classification(TypedDict):
    artist: str
    track_name: str
    remix_info: Optional[str]  # a code: original, radio_edit, extended, …
    genre: str
    subgenre: Optional[str]
    label: Optional[str]
    catalog_number: Optional[str]
    bpm: Optional[float]
    musical_key: Optional[str]
    confidence: float  # 0 to 1


class Track(TypedDict):
    artist: str
    track_name: str
    remix_info: str  # as a person writes it: Original Mix
    genre: str
    subgenre: Optional[str]
    confidence: float


class Duplicates(TypedDict):
    is_duplicate: bool
    duplicate_count: int  # copies, this one included
    duplicate_files: List[str]
    primary_file: str


class DuplicateInfo(TypedDict):
    is_duplicate: bool
    is_best_version: bool
    duplicate_count: int
    primary_file: str
    reason: str


class Answer(TypedDict, total=False):
    """One file. With status "error" there are error, code and a track with safe defaults instead of the rest."""

    status: str  # success | duplicate_skip | error
    source: str  # realtime_analysis | cached | metacrate
    file_hash: Optional[str]
    file_path: str
    classification: Classification
    track: Optional[Track]  # None only in a duplicate_skip
    duplicates: Duplicates
    duplicate_info: DuplicateInfo
    metadata: Dict[str, Any]
    processing_info: Dict[str, Any]
    api_info: Dict[str, Any]
    error: str
    code: str


class Health(TypedDict, total=False):
    status: str  # healthy | unhealthy
    service: str
    version: str
    uptime_seconds: int
    database: str
    database_connected: bool
    cached_classifications: int
    cached_duplicates: int
    total_requests: int
    statistics: Dict[str, int]
    timestamp: str
