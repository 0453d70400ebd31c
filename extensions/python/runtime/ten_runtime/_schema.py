"""The ``api.property`` of a manifest: it gives numbers their size and says which types properties have."""

from __future__ import annotations

import struct
from typing import Any

from . import _scalar


class SchemaError(ValueError):
    """A value that does not fit, with its path."""


def properties(manifest: dict[str, Any]) -> dict[str, Any]:
    """The schemas of a manifest's properties by name."""
    found = (manifest.get("api") or {}).get("property") or {}
    inner = found.get("properties") if isinstance(found, dict) else None
    rows = inner if isinstance(inner, dict) and not isinstance(inner.get("type"), str) else found
    return {name: rule for name, rule in rows.items() if isinstance(rule, dict)} if isinstance(rows, dict) else {}


def adjust(value: Any, rule: dict[str, Any], path: str = "") -> Any:
    """value in the type that the rule wants. Raises SchemaError if it has none."""
    wanted = rule.get("type")
    if not isinstance(wanted, str):
        return value
    if _scalar.is_integer_type(wanted) or wanted in ("float32", "float64"):
        return _number(value, wanted, path)
    if wanted == "array" and isinstance(value, list):
        item = rule.get("items") or {}
        return [adjust(each, item, f"{path}[{i}]") for i, each in enumerate(value)]
    if wanted == "object" and isinstance(value, dict):
        missing = absent(rule.get("required") or [], value)
        if missing:
            raise SchemaError(f"{path}: {missing}")
        return adjust_all(value, rule.get("properties") or {}, path)
    if wanted != _scalar.type_name(value) and wanted != "ptr":
        raise SchemaError(f"{path}: the value type does not match: {_scalar.type_name(value)} vs. {wanted}")
    return value


def adjust_all(tree: dict[str, Any], rules: dict[str, Any], path: str = "") -> dict[str, Any]:
    """A tree with each property that has a rule adjusted."""
    return {key: adjust(value, rules[key], f"{path}.{key}") if isinstance(rules.get(key), dict) else value for key, value in tree.items()}


def absent(required: list[str], tree: dict[str, Any]) -> str:
    """Which required properties are not there, or nothing."""
    names = ", ".join(f"'{name}'" for name in required if name not in tree)
    return f"the required properties are absent: {names}" if names else ""


def _number(value: Any, wanted: str, path: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SchemaError(f"{path}: unsupported conversion from `{_scalar.type_name(value)}` to `{wanted}`")
    if _scalar.is_integer_type(wanted):
        if isinstance(value, float):
            raise SchemaError(f"{path}: unsupported conversion from `float64` to `{wanted}`")
        if not _scalar.fits(wanted, value):
            raise SchemaError(f"{path}: out of range of {wanted}")
        if wanted == "uint64" and value > _scalar.INT64_MAX:
            return int(value)
        return _scalar.NAMES[wanted](value)
    number = float(value)
    if isinstance(value, int) and int(number) != value:
        raise SchemaError(f"{path}: {value} is not a {wanted}")
    if wanted == "float64":
        return number
    return _scalar.Float32(struct.unpack("<f", struct.pack("<f", number))[0])


def rule_of(rules: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any] | None:
    """The rule of what lies at a path."""
    rule: dict[str, Any] | None = {"type": "object", "properties": rules}
    for step in path:
        if rule is None:
            return None
        rule = rule.get("items") if isinstance(step, int) else (rule.get("properties") or {}).get(step)
    return rule
