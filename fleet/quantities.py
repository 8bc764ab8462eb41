"""Kubernetes' quantities: reading, adding up and showing them; pure.

Owns: the forms that the schema of team.yaml takes (no exponents, no exabytes). Not here: which
resource wants which (`checks/quotas.py`).
"""

import re
from decimal import Decimal

_LARGEST = 10**18
"""More than any cluster has, and no more digits than a Decimal keeps."""
_FORM = re.compile(r"([0-9]{1,18}(?:\.[0-9]{1,9})?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?")
_BINARY = {"Ki": 1024, "Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4, "Pi": 1024**5}
_DECIMAL = {"k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_FACTORS: dict[str, Decimal] = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    **{unit: Decimal(factor) for unit, factor in {**_BINARY, **_DECIMAL}.items()},
}


def parse(value: object) -> Decimal | None:
    """The amount that a text or a whole number stands for; None if it is no quantity."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) if 0 <= value < _LARGEST else None
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    return Decimal(found[1]) * _FACTORS[found[2] or ""] if found else None


def unit(value: object) -> str:
    """The unit that a quantity is written in: `m`, `Gi`, or nothing."""
    found = _FORM.fullmatch(value) if isinstance(value, str) else None
    return (found[2] or "") if found else ""


def binary(amount: Decimal) -> str:
    """An amount of bytes in the largest unit that it fills: `8Gi`, `1.5Ti`, `100`."""
    for name, factor in reversed(_BINARY.items()):
        if abs(amount) >= factor:
            return f"{plain(amount / factor, '.2f')}{name}"
    return plain(amount)


def plain(amount: Decimal, form: str = "f") -> str:
    """A number without trailing zeros and exponents."""
    text = format(amount, form)
    return text.rstrip("0").rstrip(".") if "." in text else text
