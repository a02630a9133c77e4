"""How metrics are calculated from the values of leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A calculation: the value of leaf number `leaf`."""

    leaf: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A calculation: numerator over denominator, NULL where the denominator is zero."""

    numerator: Calculation
    denominator: Calculation


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculation: an expression over inputs by their names in it."""

    expr: str
    inputs: Mapping[str, Calculation]


@dataclass(frozen=True, slots=True)
class Share:
    """A calculation: the share of a part in the sum over all groups of the same time."""

    part: Calculation


Calculation = Value | Ratio | Formula | Share


def parts_of(calculation: Calculation) -> tuple[Calculation, ...]:
    """The calculations that a calculation is made of."""
    if isinstance(calculation, Ratio):
        return (calculation.numerator, calculation.denominator)
    if isinstance(calculation, Formula):
        return tuple(calculation.inputs.values())
    if isinstance(calculation, Share):
        return (calculation.part,)
    return ()


def leaves_of(calculation: Calculation) -> set[int]:
    """The places of the leaves under a calculation."""
    if isinstance(calculation, Value):
        return {calculation.leaf}
    return {leaf for part in parts_of(calculation) for leaf in leaves_of(part)}
