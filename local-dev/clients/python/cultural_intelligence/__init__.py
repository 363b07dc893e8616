"""Asks the Cultural Intelligence functions about music files; see client.Client and fallback.OldTable."""

from .answers import Answer, Health
from .client import Client, MalformedAnswer, Refused, Unavailable
from .fallback import OldTable

__all__ = ["Answer", "Client", "Health", "MalformedAnswer", "OldTable", "Refused", "Unavailable"]
