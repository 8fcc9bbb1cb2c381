"""Records to plain values and back: strict about types, since what Arrow would quietly convert has two spellings.

A plain value is what JSON and Arrow agree on: text, whole and real numbers, booleans, None, lists, mappings.
"""

import dataclasses
import math
import types
import typing
from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import cache
from numbers import Real
from operator import attrgetter
from typing import Any, TypeVar, cast

T = TypeVar("T")
Codec = Callable[[Any], Any]


def remembered(fn: Callable[[Any], T]) -> Callable[[Any], T]:
    """`functools.cache` for a function of a type: checkers take a dataclass type for unhashable."""
    return cast(Callable[[Any], T], cache(fn))


def optional_of(annotation: Any) -> tuple[Any, bool]:
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        members = [member for member in typing.get_args(annotation) if member is not types.NoneType]
        if len(members) == 1:
            return members[0], True
        raise TypeError(f"{annotation}: a record field may be a union with None only")
    return annotation, False


@remembered
def hints_of(record: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(record)
    return {field.name: hints[field.name] for field in dataclasses.fields(record)}


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"{number} has no canonical form; store None or reject the row")
    return number


def _taken(annotation: Any) -> tuple[type, ...]:
    """The Python types a field takes. Arrow would take more, `1.0` for an `int` say, and change their spelling."""
    plain, optional = optional_of(annotation)
    kinds: tuple[type, ...] = (plain,) if isinstance(plain, type) else (list, tuple)
    if plain is float:
        kinds = (Real,)
    elif isinstance(plain, type) and issubclass(plain, StrEnum):
        kinds = (str,)
    return (*kinds, types.NoneType) if optional else kinds


def _admit(kind: type, annotation: Any) -> None:
    taken = _taken(annotation)
    if not issubclass(kind, taken) or (kind is bool and bool not in taken):
        raise TypeError(f"{kind.__name__} given, {getattr(annotation, '__name__', annotation)} wanted")


def _or_none(codec: Codec) -> Codec:
    return lambda value: None if value is None else codec(value)


@remembered
def encoder_of(annotation: Any) -> Codec | None:
    """What to apply to a field before it is written; None where the value goes in as it is."""
    plain, optional = optional_of(annotation)
    codec: Codec | None = None
    if plain is float:
        codec = _finite
    elif isinstance(plain, type) and issubclass(plain, StrEnum):
        codec = lambda value: cast(Any, plain)(value).value  # noqa: E731
    elif typing.get_origin(plain) is list:
        codec = _list_encoder(typing.get_args(plain)[0])
    elif dataclasses.is_dataclass(plain):
        shape = shape_of(plain)
        codec = lambda value: dict(zip(shape.names, shape.values(value), strict=True))  # noqa: E731
    return _or_none(codec) if codec and optional else codec


def _list_encoder(annotation: Any) -> Codec:
    encode, seen = encoder_of(annotation), set[type]()

    def encode_list(values: Sequence[Any]) -> list[Any]:
        for kind in {*map(type, values)} - seen:
            _admit(kind, annotation)
            seen.add(kind)
        return [encode(value) for value in values] if encode else list(values)

    return encode_list


class Shape:
    """How a dataclass is taken apart. Each combination of types is checked once, so that the check costs little."""

    def __init__(self, record: Any) -> None:
        self.hints = hints_of(record)
        self.names = list(self.hints)
        self.get = attrgetter(*self.names) if len(self.names) > 1 else lambda row: (getattr(row, self.names[0]),)
        encoders = ((index, name, encoder_of(hint)) for index, (name, hint) in enumerate(self.hints.items()))
        self.encoders = [(index, name, encode) for index, name, encode in encoders if encode]
        self.admitted: set[tuple[type, ...]] = set()

    def values(self, row: Any) -> list[Any]:
        """The plain values in declaration order; raises `ValueError` naming the field that holds something else."""
        values = list(self.get(row))
        name = ""
        try:
            kinds = tuple(map(type, values))
            if kinds not in self.admitted:
                for kind, (name, hint) in zip(kinds, self.hints.items(), strict=True):  # noqa: B007  # named below
                    _admit(kind, hint)
                self.admitted.add(kinds)
            for index, name, encode in self.encoders:  # noqa: B007
                values[index] = encode(values[index])
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{name}: {error}") from error
        return values


@remembered
def shape_of(record: Any) -> Shape:
    return Shape(record)


@remembered
def decoder_of(annotation: Any) -> Codec | None:
    plain, optional = optional_of(annotation)
    codec: Codec | None = None
    if isinstance(plain, type) and issubclass(plain, StrEnum):
        members = {member.value: member for member in plain}
        codec = members.__getitem__
    elif typing.get_origin(plain) is list:
        member = decoder_of(typing.get_args(plain)[0])
        if member:
            codec = lambda values: [member(value) for value in values]  # noqa: E731
    elif dataclasses.is_dataclass(plain):
        fields = [(name, decoder_of(hint)) for name, hint in hints_of(plain).items()]
        codec = lambda value: cast(Any, plain)(  # noqa: E731
            **{name: decode(value[name]) if decode else value[name] for name, decode in fields}
        )
    return _or_none(codec) if codec and optional else codec
