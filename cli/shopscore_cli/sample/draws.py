"""Deterministic draws: the same seed gives the same uniforms on every DuckDB version.

DuckDB's own `hash` and `random` may change between releases, so numbers are mixed here, in 32-bit
integer arithmetic that every engine does alike. No logarithm, exponent or power is used anywhere in
this package: their last digit depends on the C library, that of `+ - * / sqrt` does not.
"""

from __future__ import annotations

_MASK = 0xFFFFFFFF
_FIRST = 0x21F0AAAD
_SECOND = 0x735A2D97

MACROS = f"""
CREATE MACRO mix_first(h) AS ((xor(h, h >> 16) * {_FIRST}::UBIGINT) & {_MASK}::UBIGINT);
CREATE MACRO mix_second(h) AS ((xor(h, h >> 15) * {_SECOND}::UBIGINT) & {_MASK}::UBIGINT);
CREATE MACRO mix_last(h) AS xor(h, h >> 15);
CREATE MACRO mix(h) AS mix_last(mix_second(mix_first(h)));

-- A key identifies one shop or order under one seed; u(key, n) is its n-th uniform in [0, 1).
CREATE MACRO key_of(number, kind) AS mix(xor(mix(number::UBIGINT & {_MASK}::UBIGINT), xor(seed_bits(), kind::UBIGINT)));
CREATE MACRO u(key, n) AS mix(xor(key, n::UBIGINT)) / 4294967296.0;

CREATE MACRO shop_key(shop_no) AS key_of(shop_no, 101);
CREATE MACRO order_key(order_no) AS key_of(order_no, 202);
CREATE MACRO product_key(shop_no, product_no) AS key_of(shop_no * 8191 + product_no, 303);
"""


def mix(h: int) -> int:
    """Mix 32 bits into 32 bits, one to one."""
    h = ((h ^ (h >> 16)) * _FIRST) & _MASK
    h = ((h ^ (h >> 15)) * _SECOND) & _MASK
    return h ^ (h >> 15)


def seed_bits(seed: int) -> int:
    """Fold a seed of any size into the 32 bits the macros use."""
    bits = 0x9E3779B9
    while True:
        bits = mix(bits ^ (seed & _MASK))
        seed >>= 32
        if seed == 0:
            return bits
