"""Says whether two sets of observations, or two items of an inventory, are the same but for what changes by itself.

A field is volatile where its ``json_schema_extra`` says so: it is kept, shown, and left out of every comparison. One that has a ``step``
besides is compared in whole steps, so that what is kept of it is renewed when it has moved that far.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, get_args, get_origin

from shared.model import Frozen


def _volatile_paths(model: type[Frozen]) -> dict[str, Any]:
    """What ``model_dump(exclude=...)`` takes to leave the volatile fields of a model, and of models inside it, out."""
    paths: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("volatile"):
            paths[name] = True
            continue
        for inner in _models_in(field.annotation):
            below = _volatile_paths(inner)
            if below:
                paths[name] = {"__all__": below} if get_origin(field.annotation) is tuple else below
    return paths


def _models_in(annotation: Any) -> Iterator[type[Frozen]]:
    """The models that a field holds: itself, in a tuple, or where it is not None."""
    for inner in (annotation, *get_args(annotation)):
        if isinstance(inner, type) and issubclass(inner, Frozen):
            yield inner


def _steps(model: type[Frozen]) -> tuple[tuple[str, int | None], ...]:
    """The volatile fields that have a step, with it; with None the fields that hold models with such."""
    found: list[tuple[str, int | None]] = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        step = extra.get("step") if isinstance(extra, dict) else None
        if isinstance(step, int):
            found.append((name, step))
        elif any(_steps(inner) for inner in _models_in(field.annotation)):
            found.append((name, None))
    return tuple(found)


_VOLATILE: dict[type[Frozen], dict[str, Any]] = {}
_STEPS: dict[type[Frozen], tuple[tuple[str, int | None], ...]] = {}


def stable_json(observation: Frozen) -> str:
    """The observation as JSON without its volatile fields: equal text means that nothing has changed.

    A volatile field that has a ``step`` is told in whole steps, so that what is kept of it is renewed when it has moved that far.
    """
    kind = type(observation)
    paths = _VOLATILE.get(kind)
    if paths is None:
        paths = _VOLATILE[kind] = _volatile_paths(kind)
    return observation.model_dump_json(by_alias=True, exclude=paths or None, exclude_defaults=True) + "".join(_in_steps(observation))


def _in_steps(observation: Frozen) -> Iterator[str]:
    kind = type(observation)
    if kind not in _STEPS:
        _STEPS[kind] = _steps(kind)
    for name, step in _STEPS[kind]:
        value = getattr(observation, name)
        if step is None:
            for inner in value if isinstance(value, tuple) else (value,):
                if isinstance(inner, Frozen):
                    yield from _in_steps(inner)
        else:
            yield f" {name}~{'' if value is None else value // step}"


def stable_digest(observations: Iterable[Frozen]) -> str:
    """A digest (hex, 32 digits) of a set of observations, whatever their order, without what changes by itself."""
    digest = hashlib.blake2b(digest_size=16)
    for line in sorted(f"{type(observation).__name__}{stable_json(observation)}" for observation in observations):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()
