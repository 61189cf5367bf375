"""Lets REDbot look at reads that caches may keep; fails on what it calls bad, and on warnings without a reason."""

import json
import os
import subprocess
import sys
import urllib.request

# Warnings that are meant so.
EXPECTED = {
    # RFC 9111 §3.5: with it, a shared cache may keep what a caller with a key was shown, too.
    "STORE_PUBLIC_UNNECESSARY",
    # RFC 9110 §12.5.5: an answer depends on the key, three kinds of negotiation, and a position to be caught up with.
    "VARY_COMPLEX",
}
# What REDbot has to have seen for its silence to mean anything.
SEEN = {"FRESHNESS_FRESH", "INM_304"}

API, KEY = os.environ["DATELINE_API"], os.environ["DATELINE_KEY"]


def make(path: str, document: dict[str, object]) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    request = urllib.request.Request(API + path, json.dumps(document).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def notes(url: str) -> list[dict[str, str]]:
    har = subprocess.run([sys.argv[1], "--output-format", "har", url], check=True, capture_output=True, timeout=60)
    return list(found(json.loads(har.stdout)))


def found(value: object):
    if isinstance(value, dict):
        if "note_id" in value and "level" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from found(part)


article = make("/v1/articles", {"headline": "A cached read", "status": "published"})
fault = False
for path in (f"/v1/articles/{article['id']}",):
    levels: dict[str, str] = {}
    for note in notes(API + path):
        levels[note["note_id"]] = note["level"]
        is_fault = note["level"] == "BAD" or (note["level"] == "WARN" and note["note_id"] not in EXPECTED)
        fault |= is_fault
        print(f"{'FAIL' if is_fault else 'ok  '} {note['level']:4} {note['note_id']}: {note['summary']}")
    for name in SEEN - levels.keys():
        fault = True
        print(f"FAIL REDbot did not say {name} of {path}")
sys.exit(1 if fault else 0)
