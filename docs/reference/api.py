"""docs/api.md: what `import tracemill` offers."""

import dataclasses
import enum
import inspect
import re
from abc import ABC
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Generic

from reference import fields

import tracemill
from pipeline.stage import Stage

PAGE = "api.md"
HEAD = """\
# From Python

```python
from tracemill import load_config, run

result = run(load_config("configs/demo.yaml"))
print(result.versions)
```

Everything below comes from `import tracemill`, which loads a room when one of its names is first used; only `Stage`,
the base of the six shapes, is told for what all of them have. What is not here is no public interface and may change.
"""


def page() -> str:
    lines = [HEAD]
    for name in sorted([*tracemill.__all__, "Stage"], key=str.lower):
        lines += [f"## {name}\n", *_told(name, Stage if name == "Stage" else getattr(tracemill, name)), ""]
    return "\n".join(lines)


def _told(name: str, thing: Any) -> Iterator[str]:
    if isinstance(thing, ModuleType):
        yield f"{(inspect.getdoc(thing) or '').partition(chr(10))[0]}\n"
        for inner in thing.__all__:
            yield from (f"### {name}.{inner}\n", *_told(inner, getattr(thing, inner)), "")
    elif inspect.isclass(thing):
        yield from _class(thing)
    else:
        yield from (*_code(f"{name}{_signature(thing)}"), inspect.getdoc(thing) or "")


def _class(kind: type) -> Iterator[str]:
    if issubclass(kind, enum.Enum):
        yield from (fields.prose(kind), "", ", ".join(f"`{member.value}`" for member in kind))
        return
    bases = ", ".join(base.__name__ for base in kind.__bases__ if base not in (object, ABC, Generic))
    slots = ", ".join(slot.__name__ for slot in getattr(kind, "__parameters__", ()))
    is_made = dataclasses.is_dataclass(kind) or "__init__" in vars(kind)
    shape = f"{f'[{slots}]' if slots else ''}{f'({bases})' if bases else ''}"
    yield from _code(f"{kind.__name__}{_signature(kind)}" if is_made else f"class {kind.__name__}{shape}")
    yield fields.prose(kind)
    yield from ("", *(f"- `{name}`: {fields.cell(text)}" for name, text in fields.entries(kind).items()))
    yield from (line for name in vars(kind) if not name.startswith("_") for line in _member(kind, name))


def _member(kind: type, name: str) -> Iterator[str]:
    """A method or a property; one that only fills in what a base has told of is left out."""
    member = vars(kind)[name]
    plain = getattr(member, "fget", None) or getattr(member, "__func__", member)
    if not inspect.isfunction(plain):
        return
    is_wanted = getattr(plain, "__isabstractmethod__", False)
    if plain.__doc__ or is_wanted or not any(hasattr(base, name) for base in kind.__bases__):
        told = ": " + fields.cell(inspect.getdoc(plain) or "") if plain.__doc__ else ""
        yield f"- `{name}{'' if isinstance(member, property) else _signature(inspect.unwrap(plain))}`{told}"


def _signature(thing: Any) -> str:
    signature = inspect.signature(thing)
    shown = [_shown(one) for one in signature.parameters.values() if one.name not in ("self", "cls")]
    kinds = [one.kind for one in signature.parameters.values() if one.name not in ("self", "cls")]
    if inspect.Parameter.KEYWORD_ONLY in kinds and inspect.Parameter.VAR_POSITIONAL not in kinds:
        shown.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    gives = signature.return_annotation
    ends = "" if gives in (None, inspect.Signature.empty) or inspect.isclass(thing) else f" -> {_annotation(gives)}"
    return f"({', '.join(shown)}){ends}"


def _shown(one: inspect.Parameter) -> str:
    text = str(one.replace(annotation=inspect.Parameter.empty, default=inspect.Parameter.empty))
    if one.annotation is not inspect.Parameter.empty:
        text += f": {_annotation(one.annotation)}"
    if one.default is inspect.Parameter.empty:
        return text
    is_plain = isinstance(one.default, str | int | float | tuple | type(None))
    return f"{text} = {repr(one.default) if is_plain else '...'}"


def _annotation(annotation: Any) -> str:
    """Without the modules that names come from."""
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return re.sub(r"\b(?:[a-z_]+\.)+(?=\w)|~", "", text)


def _code(text: str) -> Iterator[str]:
    yield from ("```python", text, "```\n")
