"""Check the API's answers against docs/openapi.yaml."""

import re
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tools import ROOT

Json = dict[str, Any]

DOCUMENT: Final[Json] = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
METHODS: Final = {"get", "head", "put", "post", "delete"}

_REGISTRY: Final = Registry[Any]().with_resource("openapi", DRAFT202012.create_resource(DOCUMENT))


def resolve(node: Json, document: Json = DOCUMENT) -> Json:
    """Return a node of a document, following its reference if it is one."""
    if "$ref" not in node:
        return node
    target = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        target = target[part]
    return target


def operations(document: Json = DOCUMENT) -> dict[tuple[str, str], Json]:
    """Return all operations of a document, by method and path."""
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    }


def problems(operation: Json, status: int) -> set[str]:
    """Return the documented problem types of an operation for a status."""
    [content] = resolve(operation["responses"][str(status)])["content"].values()
    return {example["value"]["type"] for example in content["examples"].values()}


def conforms(method: str, path: str, *, status: int, content_type: str, body: Any) -> None:  # noqa: ANN401  JSON
    """Fail if an answer to a request is not a documented one."""
    [operation] = [
        operation
        for (verb, template), operation in operations().items()
        if verb == method and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    schema = resolve(operation["responses"][str(status)])["content"][content_type]["schema"]
    reference = schema["$ref"].replace("#", "openapi#")
    Draft202012Validator({"$ref": reference}, registry=_REGISTRY, format_checker=FormatChecker()).validate(body)
    if content_type == "application/problem+json":
        assert body["status"] == status
        assert body["type"] in problems(operation, status)


def check(answer: requests.Response) -> None:
    """Fail if an answer of the deployed API is not a documented one.

    API Gateway's own answers are not ours to document, nor those of the local API for a function that died.
    """
    if answer.request.method == "HEAD":  # has no body
        return
    if set(answer.json()) in ({"message"}, {"errorMessage", "errorType"}):
        return
    _, _, path = urlsplit(answer.url).path.partition("/$default")
    content_type = answer.headers["content-type"]
    conforms(str(answer.request.method), path, status=answer.status_code, content_type=content_type, body=answer.json())
