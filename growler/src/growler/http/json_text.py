"""Writes JSON (RFC 8259): compact, as UTF-8, and nothing that JSON has not."""

from __future__ import annotations

import json

# Made once: json.dumps would make an encoder for each call with options.
to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
