"""Puts every example of the document through the generated client, and sends what can be sent to the service.

First each example of a request or an answer is read into the client's model and written again, which must give the
example back. Then every operation with JSON is called by the client's own function; an answer whose status the
document does not name raises, and what is answered must be one of the document's models.
"""

import importlib
import inspect
import json
import os
import re
import sys
from types import ModuleType
from typing import Any

from dateline_client import AuthenticatedClient, models

DOCUMENT = json.load(open(sys.argv[1], encoding="utf-8"))
KEY = os.environ["DATELINE_KEY"]
# Examples of several operations make tags of one name, which is refused unless it is meant.
MEANT = {"replace_tag": {"allow_duplicate_name": True}, "update_tag": {"allow_duplicate_name": True}}
METHODS = ("post", "get", "put", "patch", "delete")


def model_of(schema: dict[str, Any]) -> Any:
    """The client's class of a schema, or None where it has none of its own."""
    name = schema.get("$ref", "").rpartition("/")[2]
    found = getattr(models, name, None)
    return found if hasattr(found, "from_dict") else None


def read(schema: dict[str, Any], value: Any) -> Any:
    if schema.get("type") == "array" and isinstance(value, list):
        return [read(schema["items"], item) for item in value]
    model = model_of(schema)
    return model.from_dict(value) if model else value


def write(value: Any) -> Any:
    if isinstance(value, list):
        return [write(item) for item in value]
    return value.to_dict() if hasattr(value, "to_dict") else value


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal; of times, whether they are the same moment (`Z` is written as `+00:00`)."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, str) and isinstance(other, str):
        return one == other or re.sub("Z$", "+00:00", one) == other
    return bool(one == other)


def resolve(part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        found: Any = DOCUMENT
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        part = found
    return part


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    found = [
        (method, path, item[method])
        for method in METHODS
        for path, item in DOCUMENT["paths"].items()
        if method in item and "servers" not in item
    ]
    # What is made first is there for the rest; what takes away comes last, parts before the whole.
    def order(entry: tuple[str, str, dict[str, Any]]) -> tuple[int, int, str]:
        method, path, _ = entry
        depth = path.count("{")
        return METHODS.index(method), -depth if method == "delete" else depth, path

    return sorted(found, key=order)


def examples() -> int:
    count = 0
    for method, path, operation in operations():
        parts = [("request", operation.get("requestBody", {}))]
        parts += [(status, resolve(response)) for status, response in operation["responses"].items()]
        for where, part in parts:
            for kind, content in part.get("content", {}).items():
                if "json" not in kind or "example" not in content or "schema" not in content:
                    continue
                value = content["example"]
                written = write(read(content["schema"], value))
                if not same(value, written):
                    raise SystemExit(f"{method} {path}, {where} {kind}: {value} came back as {written}")
                count += 1
    return count


def function(operation: dict[str, Any]) -> ModuleType:
    return importlib.import_module(f"dateline_client.api.{operation['tags'][0]}.{operation['operationId']}")


class Ground:
    """One of everything that a path can name, made through the client."""

    def __init__(self, client: AuthenticatedClient) -> None:
        self.client = client
        self.known: dict[str, Any] = {"q": "lantern", "url": "https://news.example/round-trip", "source": "round", "external_id": "trip"}

    def make(self, slice_: str, name: str, body: Any, **path: Any) -> Any:
        module = importlib.import_module(f"dateline_client.api.{slice_}.{name}")
        answer = module.sync_detailed(client=self.client, body=body, **path)
        assert answer.status_code == 201, (name, answer.status_code, answer.content)
        return answer.parsed

    def lay(self) -> "Ground":
        article = self.make("articles", "create_article", models.ArticleInput.from_dict({
            "headline": "A round trip", "status": "published", "canonical_url": self.known["url"],
            "external_ids": [{"source": "round", "id": "trip"}], "tags": [{"kind": "topic", "name": "Lantern"}]}))
        tag, source = (self.make("tags", "create_tag", models.TagInput.from_dict({"kind": "place", "name": name}))
                       for name in ("Round Island", "Trip Island"))
        merge = self.make("tags", "merge_tags", models.MergeTags.from_dict({"sources": [source.key]}), tag=tag.key)
        link = self.make("short_links", "create_short_link", models.CreateShortLink.from_dict({"target_url": "https://news.example/"}))
        key = self.make("keys", "create_key", models.CreateKey.from_dict({"name": "round trip", "scopes": ["stats:read"]}))
        self.known |= {"article": article.id, "tag": tag.key, "article_tag": article.tags[0].key, "merge": merge.id,
                       "domain": link.domain, "code": link.code, "key": key.id}
        return self

    def argument(self, path: str, name: str) -> Any:
        if name == "id":
            noun = path.split("/")[2]
            return self.known[{"articles": "article", "keys": "key", "tag-merges": "merge"}[noun]]
        if name == "tag" and path.startswith("/v1/articles"):
            return self.known["article_tag"]
        return self.known[name]


def named(call: Any, name: str) -> str:
    """The argument of a parameter; where two have one name, the generator adds the place."""
    return next(one for one in inspect.signature(call).parameters if one in (name, f"{name}_query", f"{name}_path"))


def arguments(ground: Ground, path: str, operation: dict[str, Any], call: Any) -> dict[str, Any]:
    given: dict[str, Any] = dict(MEANT.get(operation["operationId"], {}))
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path" or parameter["required"]:
            given[named(call, parameter["name"])] = ground.argument(path, parameter["name"])
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content and "body" in inspect.signature(call).parameters:
        given["body"] = read(content["schema"], content["example"])
    return given


def answered(operation: dict[str, Any]) -> dict[str, Any]:
    return resolve(operation["responses"].get("200", {})).get("content", {})


def sent(ground: Ground) -> int:
    count = 0
    for method, path, operation in operations():
        name, body = operation["operationId"], operation.get("requestBody", {}).get("content", {})
        if not all("application/json" in content for content in (body, answered(operation)) if content):
            continue
        module = function(operation)
        answer = module.sync_detailed(client=ground.client, **arguments(ground, path, operation, module.sync_detailed))
        status = int(answer.status_code)
        print(f"{status} {name}")
        if status >= 300:
            raise SystemExit(f"{name} was refused: {answer.content.decode()}")
        if status != 204 and answer.parsed is None:
            raise SystemExit(f"{name}: the client cannot read {answer.content[:200]!r}")
        count += 1
    return count


print(f"{examples()} examples are read and written again")
with AuthenticatedClient(os.environ["DATELINE_API"], KEY, raise_on_unexpected_status=True) as client:
    print(f"{sent(Ground(client).lay())} operations are called")
