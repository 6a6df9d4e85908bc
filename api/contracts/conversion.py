"""Between what the API speaks (euros, shares) and what records hold (cents, millionths)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from api.contracts.reading import BESIDE, Kept
from api.contracts.schemas import (
    AmendmentIn,
    AmendmentRead,
    ConcessionYearRead,
    ContractCreate,
    ContractFacts,
    HolderIn,
    MarkState,
    PartyIn,
    SubcontractChangeRead,
    SubcontractRead,
    TariffRead,
)
from api.contracts.writing import DAYS, FACTS, LISTS
from api.kit.problems import FieldError, Invalid
from api.rules.naming import called, known_name
from api.rules.records import AmendmentRecord, ContractRecord, Party, SubcontractRecord
from api.suppliers.service import identity

MONEY = {"amount", "subsidy"}
SHARES = {"advance_rate", "eu_share", "french_share"}
_NOT_A_HOLDER = "n’est la fiche d’aucun titulaire de ce contrat."
SHARED = (*FACTS, *DAYS, *LISTS)

_SCALE = dict.fromkeys(MONEY, 100) | dict.fromkeys(SHARES, 1000000)


def record_of(data: ContractCreate) -> ContractRecord:
    """The record of a new contract."""
    blank = ContractRecord(data.kind, data.reference, data.buyer_siret)
    return changed(blank, recalled(None, data.model_dump(exclude_unset=True)))


def changed(record: ContractRecord, values: Mapping[str, Any]) -> ContractRecord:
    """The record with the API's ``values`` put in; names that are no fact are left aside."""
    facts = {name: _inward(name, values[name]) for name in SHARED if name in values}
    if values.get("suppliers") is not None:
        facts["suppliers"] = tuple(_as_known(record, party(one)) for one in values["suppliers"])
    return replace(record, **facts)


def _as_known(record: ContractRecord, said: Party) -> Party:
    """The company as the contract has it already: a name that no answer gives is not erased."""
    known = next((one for one in record.suppliers if identity(one) == identity(said)), None)
    return known if known is not None and known.name else said


def recalled(kept: Kept | None, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, with the companies that are told by their sheet alone as the contract has
    them. Raises Invalid on the sheet of a company that it doesn't have."""
    asked = values.get("suppliers") or []
    known = dict(zip(kept.holders, kept.record.suppliers, strict=True)) if kept else {}
    errors = [
        FieldError(loc=["body", "suppliers", place, "id"], message=_NOT_A_HOLDER)
        for place, one in enumerate(asked)
        if one.get("id") is not None and one["id"] not in known
    ]
    if errors:
        raise Invalid(errors=errors)
    if not asked:
        return dict(values)
    return {**values, "suppliers": [known.get(one.get("id"), one) for one in asked]}


def amended(record: ContractRecord, data: AmendmentIn) -> ContractRecord:
    """The record with one more modification, numbered after the last."""
    number = max((one.number or 0 for one in record.amendments), default=0) + 1
    added = AmendmentRecord(
        number=number,
        notified_on=data.notified_on,
        published_on=data.published_on,
        months=data.months,
        amount=cents(data.amount),
        suppliers=None if data.suppliers is None else tuple(map(party, data.suppliers)),
        purpose=data.purpose,
    )
    return replace(record, amendments=(*record.amendments, added))


def marked(record: ContractRecord, marks: Mapping[str, MarkState]) -> ContractRecord:
    """The record with these marks said, or unsaid again."""
    said = dict(record.marks)
    for code, state in marks.items():
        said.pop(code, None)
        if state is not MarkState.UNKNOWN:
            said[code] = state is MarkState.YES
    return replace(record, marks=said)


def facts_of(kept: Kept) -> dict[str, Any]:
    """The facts of a kept contract in the API's units, by field name of ContractFacts."""
    values = {name: _outward(name, getattr(kept.record, name)) for name in SHARED}
    return values | {name: getattr(kept, name) for name in BESIDE}


def parts_of(record: ContractRecord) -> dict[str, Any]:
    """What hangs on a contract, in the API's units."""
    return {
        "amendments": [_amendment(one) for one in record.amendments],
        "subcontracts": [_subcontract(one) for one in record.subcontracts],
        "subcontract_changes": [
            SubcontractChangeRead(
                number=one.number,
                notified_on=one.notified_on,
                published_on=one.published_on,
                months=one.months,
                amount=euros(one.amount),
            )
            for one in record.subcontract_changes
        ],
        "concession_years": [
            ConcessionYearRead(
                published_on=one.published_on,
                investment=euros(one.investment),
                tariffs=[
                    TariffRead(title=tariff.title, amount=Decimal(tariff.amount) / 100)
                    for tariff in one.tariffs
                ],
            )
            for one in record.concession_years
        ],
    }


def _amendment(one: AmendmentRecord) -> AmendmentRead:
    return AmendmentRead(
        number=one.number,
        notified_on=one.notified_on,
        published_on=one.published_on,
        months=one.months,
        amount=euros(one.amount),
        suppliers=None if one.suppliers is None else [_party_in(p) for p in one.suppliers],
        purpose=one.purpose,
    )


def _subcontract(one: SubcontractRecord) -> SubcontractRead:
    return SubcontractRead(
        number=one.number,
        subcontractor=None if one.subcontractor is None else _party_in(one.subcontractor),
        months=one.months,
        notified_on=one.notified_on,
        published_on=one.published_on,
        amount=euros(one.amount),
        price_variation=one.price_variation,
    )


def differences(before: ContractRecord, after: ContractRecord) -> list[tuple[str, Any, Any]]:
    """The fields that differ, as (name, before, after) in the API's units, in plain JSON values."""
    found = []
    for name in (*SHARED, "suppliers", "marks"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append((name, _plain(name, old), _plain(name, new)))
    for name in ("amendments", "subcontracts", "subcontract_changes", "concession_years"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            found.append((name, len(old), len(new)))
    return found


def cents(amount: Decimal | None) -> int | None:
    """Euros to cents."""
    return None if amount is None else int(amount * 100)


def euros(amount: int | None) -> Decimal | None:
    """Cents to euros."""
    return None if amount is None else Decimal(amount) / 100


def party(value: Party | PartyIn | Mapping[str, Any]) -> Party:
    """A company as a record holds it."""
    if isinstance(value, Party):
        return value
    one = value if isinstance(value, PartyIn) else HolderIn.model_validate(value)
    return Party(one.id_type, one.identifier, one.name)


def titles() -> dict[str, str]:
    """French name of each fact, for sentences."""
    named = {name: field.title or name for name, field in ContractFacts.model_fields.items()}
    return named | {
        "suppliers": "Titulaires",
        "marks": "Considérations",
        "amendments": "Avenants",
        "subcontracts": "Sous-traitance",
        "subcontract_changes": "Modifications de sous-traitance",
        "concession_years": "Données d’exécution",
    }


def _inward(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _SCALE:
        return int(value * _SCALE[name])
    return tuple(value) if name in LISTS else value


def _outward(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _SCALE:
        return Decimal(value) / _SCALE[name]
    return list(value) if name in LISTS else value


def _party_in(one: Party) -> PartyIn:
    # Not validated: an import keeps what a file says, also outside the official lists.
    return PartyIn.model_construct(
        id_type=one.id_type, identifier=one.identifier, name=known_name(one)
    )


def _plain(name: str, value: Any) -> Any:
    if name == "suppliers":
        return [called(one) for one in value]
    if name == "marks":
        return dict(sorted(value.items()))
    shown = _outward(name, value)
    if isinstance(shown, Decimal):
        return f"{shown:f}"
    return shown.isoformat() if name in DAYS and shown is not None else _sequence(shown)


def _sequence(value: Any) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
