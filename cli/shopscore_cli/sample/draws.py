"""Deterministic draws: the same seed gives the same uniforms on every DuckDB version.

DuckDB's own `hash` and `random` may change between releases, so numbers are mixed here, in 32-bit
integer arithmetic that every engine does alike. No logarithm, exponent or power is used anywhere in
this package: their last digit depends on the C library, that of `+ - * / sqrt` does not.
"""

from __future__ import annotations

_MASK = 0xFFFFFFFF
_FIRST = 0x21F0AAAD
_SECOND = 0x735A2D97
_SPREAD = 0x9E3779B1  # keeps the draws of one key apart: n alone would touch the lowest bits only

KINDS = ("shop", "order", "product", "appeal", "category")
"""What has keys: each kind gets a macro, `order_key(number)` and so on."""

_MIXING = f"""
CREATE MACRO mix_first(h) AS ((xor(h, h >> 16) * {_FIRST}::UBIGINT) & {_MASK}::UBIGINT);
CREATE MACRO mix_second(h) AS ((xor(h, h >> 15) * {_SECOND}::UBIGINT) & {_MASK}::UBIGINT);
CREATE MACRO mix(h) AS mix_second(mix_first(h));

-- A key identifies one shop, order, product ... under one seed; u(key, n) is its n-th uniform in [0, 1).
-- Arguments are pasted in, four times for each mix: make a key in one SELECT, draw from it in the next.
CREATE MACRO key_of(number, kind_seed) AS mix(xor(number::UBIGINT & {_MASK}::UBIGINT, kind_seed));
CREATE MACRO u(key, n) AS mix(xor(key, (n::UBIGINT * {_SPREAD}::UBIGINT) & {_MASK}::UBIGINT)) / 4294967296.0;
"""


def mix(h: int) -> int:
    """Mix 32 bits into 32 bits, one to one."""
    h = ((h ^ (h >> 16)) * _FIRST) & _MASK
    return ((h ^ (h >> 15)) * _SECOND) & _MASK


def kind_seed(seed: int, kind: int) -> int:
    """Fold a seed of any size, and what kind of thing it is for, into the 32 bits `key_of` takes."""
    bits = mix(0x9E3779B9 + kind)
    while True:
        bits = mix(bits ^ (seed & _MASK))
        seed >>= 32
        if seed == 0:
            return bits


def macros(seed: int) -> str:
    """Write the macros of one seed."""
    keys = "".join(
        f"CREATE MACRO {kind}_key(number) AS key_of(number, {kind_seed(seed, place)}::UBIGINT);\n"
        for place, kind in enumerate(KINDS)
    )
    return _MIXING + keys
