"""Amounts as texts of many countries: `1,234.50`, `R$ 62,90`, `82.912₫`."""

from __future__ import annotations


def amount(text: str, decimals: int) -> str:
    """Return the SQL of a text's number; null where it is none.

    The last of two signs is the decimal one. One sign groups thousands where it stands more than once,
    or before three digits of a currency without decimals; so does a comma before three digits.
    """
    bare = f"regexp_replace({text}, '[^0-9.,-]', '', 'g')"
    one_group = "'-?[0-9]{1,3}[.,][0-9]{3}'" if decimals == 0 else "'-?[0-9]{1,3},[0-9]{3}'"
    return f"""CASE
        WHEN {bare} LIKE '%.%' AND {bare} LIKE '%,%' THEN
            CASE WHEN regexp_matches({bare}, ',[0-9]*$')
                THEN TRY_CAST(replace(replace({bare}, '.', ''), ',', '.') AS DOUBLE)
                ELSE TRY_CAST(replace({bare}, ',', '') AS DOUBLE) END
        WHEN regexp_full_match({bare}, {one_group})
            OR regexp_full_match({bare}, '-?[0-9]{{1,3}}(([.][0-9]{{3}}){{2,}}|(,[0-9]{{3}}){{2,}})')
            THEN TRY_CAST(replace(replace({bare}, '.', ''), ',', '') AS DOUBLE)
        ELSE TRY_CAST(replace({bare}, ',', '.') AS DOUBLE) END"""
