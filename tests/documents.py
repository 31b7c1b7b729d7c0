"""What tests of documents share: methods, documents, and a check against the JSON Schema."""

import json
import re
from pathlib import Path
from typing import Any

from sessions.models import Method
from sessions.steps import required_prompts

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = sorted((ROOT / "fixtures" / "examples").glob("*.json"))
METHODS = sorted((ROOT / "fixtures" / "methods").glob("*.json"))
SCHEMA = json.loads((ROOT / "docs" / "kompas-session.schema.json").read_text(encoding="utf-8"))


def publish_methods() -> None:
    for file in METHODS:
        Method.publish(json.loads(file.read_text(encoding="utf-8")), required_prompts())
    Method.publish(twofold(), required_prompts())


def twofold() -> dict[str, Any]:
    """A method with two steps of most kinds and none for stakeholders and values."""
    kinds = ["question", "facts", "arguments", "weighing", "outcome"]
    asks = {
        "question": [("question", "text"), ("hope", "line")],
        "outcome": [("verdict", "line"), ("answer", "text"), ("reasons", "text")],
    }
    steps = []
    for key, kind in [(kind, kind) for kind in kinds] + [(f"{kind}-2", kind) for kind in kinds]:
        prompts = [
            {"key": prompt, "text": prompt, "answer": answer}
            for prompt, answer in asks.get(kind, [])
        ]
        texts = {"title": key, "purpose": key, "cue": key, "prompts": prompts}
        steps.append({"key": key, "kind": kind, "minutes": 5, "nl": texts})
    return {
        "slug": "twofold",
        "version": 1,
        "languages": {"nl": {"title": "Twee keer", "audience": "Tests", "summary": "Twee keer"}},
        "group": [2, 8],
        "steps": steps,
    }


def talk(**keys: Any) -> dict[str, Any]:
    """The smallest valid document, with `keys` besides."""
    return {
        "format": "kompas-session",
        "version": 1,
        "method": "ethiekkompas",
        "question": "Is het goed om dit te doen?",
        **keys,
    }


KEYWORDS = {
    "$ref", "$defs", "$schema", "title", "description", "type", "enum", "const", "anyOf", "allOf",
    "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
    "maxLength", "pattern", "minimum", "maximum",
}  # fmt: skip
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}


def fits(value: Any, schema: dict[str, Any] = SCHEMA) -> bool:
    """Whether a value fits a JSON Schema that is written in the keywords that ours uses."""
    assert schema.keys() <= KEYWORDS, schema.keys() - KEYWORDS
    if "$ref" in schema and not fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]):
        return False
    if "type" in schema:
        types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        if type(value) not in [TYPES[name] for name in types]:
            return False
    if "const" in schema and (value != schema["const"] or isinstance(value, bool)):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "anyOf" in schema and not any(fits(value, one) for one in schema["anyOf"]):
        return False
    if not all(fits(value, one) for one in schema.get("allOf", [])):
        return False
    if isinstance(value, str):
        return len(value) <= schema.get("maxLength", len(value)) and bool(
            re.search(schema.get("pattern", ""), value)
        )
    if isinstance(value, int):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get(
            "maxItems", len(value)
        ) and all(fits(member, schema.get("items", {})) for member in value)
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        return (
            schema.get("additionalProperties", True) is not False
            or value.keys() <= properties.keys()
        ) and (
            all(key in value for key in schema.get("required", []))
            and all(fits(member, properties.get(key, {})) for key, member in value.items())
        )
    return True
