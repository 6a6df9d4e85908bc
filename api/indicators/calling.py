"""What the parts of a figure are called when they are companies.

By the rule of the day they are read, whoever kept them (docs/decisions/0041).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.indicators.engine import Counted, Key
from api.indicators.schemas import ResultRead
from api.rules.indicators.sums import KeyedSums
from api.rules.naming import SOLE_TRADER, UNNAMED, is_person, known_name, public_name
from api.rules.records import Party
from api.suppliers import naming
from api.suppliers.models import Supplier

Told = Mapping[str, Any]
_SUPPLIER: Final = "supplier"
_PAYEE: Final = "payee"
# A payee without number: its key tells its name to nobody.
_BY_NAME: Final = "nom-"
_SIRET = re.compile(r"[0-9]{14}", re.ASCII)
_KEPT_KEY = re.compile(_BY_NAME + r"[0-9a-f]{32}", re.ASCII)
# What stands between the field and the value, where several fields are told in one figure.
_APART: Final = "\u00a0: "


def keyed(counted: Mapping[Key, Counted]) -> tuple[dict[Key, Counted], dict[str, str]]:
    """The same sums with a digest for key of the payees known by their name alone, and what
    they are called by digest: by their name, unless it is a person's."""
    names: dict[str, str] = {}
    found: dict[Key, Counted] = {}
    for (period, quantity), by_year in counted.items():
        apart = quantity.key == _PAYEE
        found[period, quantity] = {
            where: _keyed(one, names) if apart and isinstance(one, KeyedSums) else one
            for where, one in by_year.items()
        }
    return found, names


def _keyed(sums: KeyedSums, names: dict[str, str]) -> KeyedSums:
    keys = {key: key if key is None else _key(key) for key in sums.by}
    told = {new: _called(key) for key, new in keys.items() if key and new and new != key}
    names.update(told)
    return KeyedSums({keys[key]: one for key, one in sums.by.items()}, sums.labels)


def _called(name: str) -> str:
    """A payee without number, to its buyer."""
    return known_name(Party(None, None, name)) or SOLE_TRADER


def _key(payee: str) -> str:
    if _SIRET.fullmatch(payee) or _KEPT_KEY.fullmatch(payee):
        return payee
    return _BY_NAME + sha256(payee.encode()).hexdigest()[:32]


def renamed(
    session: Session,
    results: Iterable[Told],
    structures: Mapping[str, Told],
    *,
    public: bool = False,
) -> list[dict[str, Any]]:
    """These results as JSON, with the names of companies that may be read today: by the buyer, or
    by anybody when ``public``. ``structures``: the definition of each, by id of indicator."""
    told = [dict(one) for one in results]
    concerned = [
        (one, kinds)
        for one in told
        if one.get("parts") and (kinds := _kinds(structures.get(str(one["indicator_id"]), {})))
    ]
    known = _known(session, concerned)
    for one, kinds in concerned:
        one["parts"] = [
            _part(part, kinds, known, place if public else None)
            for place, part in enumerate(one["parts"], 1)
        ]
        if one.get("aggregate") == "distinct":
            one["words"] = sorted(part["label"] for part in one["parts"])
    return told


def renamed_results(
    session: Session,
    results: Sequence[ResultRead],
    structures: Mapping[str, Told],
    *,
    public: bool = False,
) -> list[ResultRead]:
    """The same of results that are not JSON."""
    if not any(_kinds(one) for one in structures.values()):
        return list(results)
    told = [one.model_dump(mode="json") for one in results]
    found = renamed(session, told, structures, public=public)
    return [ResultRead.model_validate(one) for one in found]


def _kinds(structure: Told) -> set[str]:
    """The fields of companies that tell its parts apart."""
    asked = [structure.get("of"), structure.get("by")]
    fields = {one for some in asked for one in ([some] if isinstance(some, str) else some or [])}
    return fields & {_SUPPLIER, _PAYEE}


def _known(
    session: Session, concerned: Sequence[tuple[dict[str, Any], set[str]]]
) -> dict[str, tuple[bool | None, str | None]]:
    """Of the suppliers among the keys: whether each is a person, and its number."""
    ids = set()
    for one, kinds in concerned:
        for part in one["parts"]:
            kind, key = _of(part["key"], kinds)
            if kind == _SUPPLIER and (found := _uuid(key)) is not None:
                ids.add(found)
    rows = session.execute(
        sa.select(col(Supplier.id), naming.is_person(), col(Supplier.identifier)).where(
            col(Supplier.id).in_(ids)
        )
    )
    return {str(key): (person, number) for key, person, number in rows}


def _of(key: str | None, kinds: set[str]) -> tuple[str | None, str]:
    """Of what field a key is, and the key itself: « payee:nom-… » where several are told."""
    if key is None:
        return None, ""
    field, _, rest = key.partition(":")
    if field in kinds and rest:
        return field, rest
    return (next(iter(kinds)), key) if len(kinds) == 1 and not rest else (None, key)


def _part(
    part: Told,
    kinds: set[str],
    known: Mapping[str, tuple[bool | None, str | None]],
    place: int | None,
) -> dict[str, Any]:
    kind, key = _of(part["key"], kinds)
    if kind is None or not key:
        return dict(part)
    head, apart, label = str(part["label"]).rpartition(_APART)
    # A database writes ids in its own spelling.
    person, number = known.get(str(_uuid(key)), (None, None))
    if kind == _PAYEE and _SIRET.fullmatch(key):
        number = label = key
    party = Party(None, number, label, person)
    name = known_name(party) if place is None else public_name(party)
    shown = name or number or (SOLE_TRADER if is_person(party) else UNNAMED)
    new = _key(key) if kind == _PAYEE else key
    if place is not None and name is None and new.startswith(_BY_NAME):
        # The digest of a name that one guesses is that of the guess.
        new = f"{_BY_NAME}{place}"
    told = str(part["key"])
    return {**part, "key": told.removesuffix(key) + new, "label": head + apart + shown}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
