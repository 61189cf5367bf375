"""Compares the document with that of the last release, and has the CHANGELOG name what breaks it.

A release is a tag `v<version>`. Optic finds what breaks callers; what it passes over (parameters that are gone,
words that are no longer taken, limits that are narrower) is found here. Each break is printed; if there is one,
[Unreleased] of CHANGELOG.md must have a line with **Breaking**.

Before that, a small contract is broken on purpose: a judge that cannot say no would prove nothing.
"""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

OPTIC, OUT = sys.argv[1], Path(sys.argv[2])
CURRENT = Path("openapi/openapi.json")
METHODS = {"get", "head", "put", "post", "patch", "delete", "options"}
SMALLER, LARGER = ("maxLength", "maxItems", "maximum"), ("minLength", "minItems", "minimum")


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=True).stdout


def optic(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What Optic calls a breaking change."""
    files = []
    for name, document in (("before", before), ("after", after)):
        files.append(OUT / f"{name}.json")
        files[-1].write_text(json.dumps(document, indent=1), encoding="utf-8")
    command = [OPTIC, "diff", *map(str, files), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300, check=False)
    found, operation = [], ""
    for line in run.stdout.splitlines():
        if heading := re.match(r"\S+ ([A-Z]+ /\S*):", line.strip()):
            operation = heading[1]
        if fault := re.search(r"\] (.+) This is a breaking change\.", line):
            found.append(f"{operation}: {fault[1]}")
    if run.returncode and not found:
        sys.exit(f"Optic failed: {run.stdout}{run.stderr}")
    return list(dict.fromkeys(found))


def narrowed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Parameters that are gone, and what callers may send that they may no longer send."""
    found = []
    for path, item in before["paths"].items():
        for method, operation in item.items():
            now = after["paths"].get(path, {}).get(method)
            if method not in METHODS or now is None:
                continue
            place = f"{method} {path}"
            parameters = {(one["in"], one["name"]): one for one in now.get("parameters", [])}
            for parameter in operation.get("parameters", []):
                at = f"{place}, {parameter['in']} parameter {parameter['name']}"
                same = parameters.get((parameter["in"], parameter["name"]))
                if same is None:
                    found.append(f"{at}: is gone, and unknown ones are refused")
                else:
                    found += tighter(at, (parameter["schema"], before), (same["schema"], after), set())
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                same = now.get("requestBody", {}).get("content", {}).get(kind)
                if same is None:
                    found.append(f"{place}: {kind} is no longer read")
                else:
                    found += tighter(f"{place}, body", (content["schema"], before), (same["schema"], after), set())
    return found


def resolve(schema: Any, document: dict[str, Any]) -> Any:
    while isinstance(schema, dict) and "$ref" in schema:
        schema = document["components"]["schemas"].get(schema["$ref"].rpartition("/")[2], {})
    return schema if isinstance(schema, dict) else {}


def tighter(at: str, before: tuple[Any, Any], after: tuple[Any, Any], seen: set[str]) -> list[str]:
    """Where a schema of what is sent takes less than before."""
    reference = before[0].get("$ref") if isinstance(before[0], dict) else None
    if reference in seen:
        return []
    seen = seen | {reference} if reference else seen
    old, new = resolve(*before), resolve(*after)
    found = []
    gone = set(map(str, old.get("enum", []))) - set(map(str, new.get("enum", old.get("enum", []))))
    if gone or ("enum" in new and "enum" not in old):
        found.append(f"{at}: takes fewer words: {', '.join(sorted(gone)) or 'only some now'}")
    for limit in (*SMALLER, *LARGER):
        sign = 1 if limit in SMALLER else -1
        if limit in new and (limit not in old or sign * new[limit] < sign * old[limit]):
            found.append(f"{at}: {limit} is {new[limit]}, and was {old.get(limit, 'not there')}")
    if new.get("pattern") not in (None, old.get("pattern")):
        found.append(f"{at}: the pattern is another")
    for name, field in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            found += tighter(f"{at}/{name}", (field, before[1]), (new["properties"][name], after[1]), seen)
        elif new.get("additionalProperties") is False:
            found.append(f"{at}/{name}: is gone, and unknown ones are refused")
    if "items" in old and "items" in new:
        found += tighter(f"{at}/*", (old["items"], before[1]), (new["items"], after[1]), seen)
    for one, other in zip(old.get("oneOf", []), new.get("oneOf", [])):
        found += tighter(at, (one, before[1]), (other, after[1]), seen)
    return found


def breaks(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return optic(before, after) + narrowed(before, after)


def try_both() -> None:
    """Breaks a small contract, once for each of the two, and leaves it whole once."""
    field = {"type": "string", "maxLength": 9}
    answer = {"description": "A", "content": {"application/json": {"schema": {"type": "object", "properties": {"a": field}}}}}
    parameter = {"name": "q", "in": "query", "schema": {"type": "string", "enum": ["x", "y"]}}
    whole: dict[str, Any] = {
        "openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "components": {"schemas": {}},
        "paths": {"/a": {"get": {"parameters": [parameter], "responses": {"200": answer}}}},
    }
    without_field, without_word = copy.deepcopy(whole), copy.deepcopy(whole)
    del without_field["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["a"]
    without_word["paths"]["/a"]["get"]["parameters"][0]["schema"]["enum"].pop()
    if not optic(whole, without_field) or not narrowed(whole, without_word) or breaks(whole, whole):
        sys.exit("the comparison does not find what breaks a small contract, or finds what does not")
    print("a field that is gone and a word that is no longer taken are found")


def unreleased() -> str:
    text = Path("CHANGELOG.md").read_text(encoding="utf-8")
    return text.partition("## [Unreleased]")[2].partition("\n## [")[0]


try_both()
releases = git("tag", "--list", "v[0-9]*", "--sort=-version:refname", "--merged", "HEAD").split()
if not releases:
    print("nothing is released yet: there is no tag v<version> to compare with")
    sys.exit()
released = json.loads(git("show", f"{releases[0]}:{CURRENT}"))
found = breaks(released, json.loads(CURRENT.read_text(encoding="utf-8")))
print(f"compared with {releases[0]}: {len(found)} changes break the contract")
for line in found:
    print(f"  {line}")
if found and "**Breaking**" not in unreleased():
    sys.exit("CHANGELOG.md says nothing of it: name it under [Unreleased], in a line with **Breaking**")
