"""What Schemathesis has to be told of this API: how its files are written, and which refusals no schema can say."""

import json
import os
import re
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, GenerationMode, HookContext, Response, SerializationContext

# Parameters whose values a schema cannot name in full, so that one which fits it may be refused with 400.
OPEN_PARAMETERS = {
    "cursor": "it is of one list, and only the service knows which",
    "fields": "names of fields, with commas between",
    "has": "names of fields, with commas between",
    "ids": "UUIDs, with commas between",
    "include": "what can be included depends on the list",
    "kinds": "kinds of tags, with commas between",
    "visibility": "visibilities, with commas between",
    "tag": "a key or an identifier, of which each authority has its own grammar",
    "tag_any": "as `tag`",
    "tag_none": "as `tag`",
    "tz": "a name out of the database of time zones",
    "from": "not after `to`, and not too far from it",
    "to": "not before `from`",
    "published_from": "years of four digits",
    "published_to": "as `published_from`",
    "modified_since": "as `published_from`",
    "status": "not beside `visibility`, which says the same otherwise",
    "q": "no control characters",
    "domain": "no control characters",
    "lang": "BCP 47",
    "language": "BCP 47",
    "url": "its length counts when it is encoded",
}
# Codes of 400 that say the same of a body.
OPEN_CODES = {
    "invalid-cursor": "see `cursor`",
    "malformed-document": "the file is text that is no JSON-LD, Turtle or CSV",
}


@schemathesis.check
def a_refusal_of_what_fits_has_a_reason(_: CheckContext, response: Response, case: Case) -> None:
    """A request that fits the document is answered with 400 only where the document cannot say more."""
    if response.status_code != 400 or case.meta is None or case.meta.generation.mode != GenerationMode.POSITIVE:
        return
    problem = response.json()
    if problem["code"] in OPEN_CODES:
        return
    faults = problem.get("errors", [])
    names = [fault.get("parameter") for fault in faults]
    if problem["code"] == "invalid-parameter" and names and all(name in OPEN_PARAMETERS for name in names):
        return
    # JSON Schema takes 1.0 for an integer; where a count is read here, a number with a point is none.
    if problem["code"] == "invalid-body" and all("floating point" in fault["detail"] for fault in faults) and faults:
        return
    # Schemathesis sends headers that break the document's pattern, and takes them for good ones.
    if problem["code"] == "invalid-header" and breaks_pattern(case):
        return
    raise AssertionError(f"fits the document, and yet is refused: {problem['detail']}")


@schemathesis.hook
def before_call(_: HookContext, case: Case, kwargs: dict[str, Any]) -> None:
    """Leaves the tests their own key: they learn its id from the list of keys, and would revoke it."""
    own = os.environ["DATELINE_KEY"].split("_")[1]
    if case.operation.label == "DELETE /v1/keys/{id}" and case.path_parameters.get("id") == own:
        case.path_parameters["id"] = "bcdfghjkmnpq"


def breaks_pattern(case: Case) -> bool:
    patterns = {
        parameter["name"].lower(): parameter["schema"].get("pattern", "")
        for parameter in case.operation.definition.raw.get("parameters", [])
        if parameter["in"] == "header"
    }
    return any(not re.search(patterns.get(name.lower(), ""), value) for name, value in (case.headers or {}).items())


@schemathesis.serializer("application/ld+json")
def write_json(_: SerializationContext, value: Any) -> bytes:
    return json.dumps(value).encode()


@schemathesis.serializer("application/x-ndjson")
def write_line(_: SerializationContext, value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


@schemathesis.serializer("text/turtle", "text/csv")
def write_text(_: SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")
