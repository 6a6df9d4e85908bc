"""Acts of subcontracting of a contract, and their changes: added, corrected, removed.

What is entered can be published: fields, labels and bounds are those of the DECP format of 2022
(order of 22 December 2022); only the day of publication may come later, as that of an amendment.
"""

from collections.abc import Callable
from uuid import UUID

from msgspec.structs import replace
from sqlmodel import Session

from api.access.permissions import Actor
from api.contracts import conversion, parts
from api.contracts.parts import Change, Loc
from api.contracts.schemas import ContractRead, SubcontractChangeRead, SubcontractRead
from api.contracts.service import StillCarrying
from api.contracts.subcontracting_schemas import (
    SubcontractChangeIn,
    SubcontractIn,
    SubcontractorIn,
)
from api.kit.columns import to_cents
from api.kit.problems import FieldError, Invalid
from api.rules.records import (
    ContractRecord,
    Kind,
    Party,
    SubcontractChangeRecord,
    SubcontractRecord,
)

_ACTS, _CHANGES = "actesSousTraitance", "modificationsActesSousTraitance"
_DATES = "datePublicationDonnees"
# What the request calls each field of the format; the longest name first where one begins another.
_ACT_NAME: Callable[[str], Loc] = parts.by_start(
    {
        "sousTraitant.typeIdentifiant": ("subcontractor", "id_type"),
        "sousTraitant": ("subcontractor", "identifier"),
        "dureeMois": ("months",),
        "dateNotification": ("notified_on",),
        _DATES: ("published_on",),
        "montant": ("amount",),
        "variationPrix": ("price_variation",),
    }
)
_CHANGE_NAME: Callable[[str], Loc] = parts.by_start(
    {
        "id": ("number",),
        "dureeMois": ("months",),
        "dateNotification": ("notified_on",),
        _DATES: ("published_on",),
        "montant": ("amount",),
    }
)


def add(
    session: Session, actor: Actor, contract_id: UUID, data: SubcontractIn, if_match: str | None
) -> ContractRead:
    """Add an act, numbered after the last.

    Raises as ``service.change``, Invalid on a concession and on an act that could not be published.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    acts = kept.record.subcontracts
    one = _act(data, _next(acts), None)
    after = _with_act(kept.record, len(acts) + 1, one)
    told = conversion.differences(kept.record, after)
    return parts.keep(session, actor, kept, after, "contract.subcontract_added", told)


def change(  # which act, what it becomes, who says so on which version
    session: Session,
    actor: Actor,
    contract_id: UUID,
    rank: int,
    data: SubcontractIn,
    if_match: str | None,
) -> ContractRead:
    """Put an act in place of that of a rank; it keeps its number, or gets one.

    Raises as ``add``, and NotFound on a rank that no act has.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    acts = kept.record.subcontracts
    old = parts.at(acts, rank)
    one = _act(data, old.number or _next(acts), old.subcontractor)
    after = _with_act(kept.record, rank, one)
    what = f"Acte de sous-traitance n°\u00a0{one.number}"
    told = parts.moved(what, SubcontractRead, old, one) + _renamed(what, old, one)
    return parts.keep(session, actor, kept, after, "contract.subcontract_changed", told)


def remove(
    session: Session, actor: Actor, contract_id: UUID, rank: int, if_match: str | None
) -> ContractRead:
    """Remove the act of a rank.

    Raises as ``change``, and StillCarrying while a change is of it.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    record = kept.record
    number = parts.at(record.subcontracts, rank).number
    left = parts.without(record.subcontracts, rank)
    carried = [one for one in record.subcontract_changes if one.number == number]
    if number is not None and carried and number not in {one.number for one in left}:
        raise StillCarrying(
            f"L’acte n°\u00a0{number} a été modifié : supprimez d’abord "
            f"{'sa modification' if len(carried) == 1 else 'ses modifications'}."
        )
    after = replace(record, subcontracts=left)
    told = conversion.differences(record, after)
    return parts.keep(session, actor, kept, after, "contract.subcontract_removed", told)


def add_change(
    session: Session,
    actor: Actor,
    contract_id: UUID,
    data: SubcontractChangeIn,
    if_match: str | None,
) -> ContractRead:
    """Add a change of an act.

    Raises as ``add``, and Invalid on a number that no act of the contract has.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    after = _with_change(kept.record, len(kept.record.subcontract_changes) + 1, data)
    told = conversion.differences(kept.record, after)
    return parts.keep(session, actor, kept, after, "contract.subcontract_change_added", told)


def change_change(  # as ``change``
    session: Session,
    actor: Actor,
    contract_id: UUID,
    rank: int,
    data: SubcontractChangeIn,
    if_match: str | None,
) -> ContractRead:
    """Put a change in place of that of a rank.

    Raises as ``add_change``, and NotFound on a rank that no change has.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    old = parts.at(kept.record.subcontract_changes, rank)
    after = _with_change(kept.record, rank, data)
    what = f"Modification de l’acte de sous-traitance n°\u00a0{data.number}"
    told = parts.moved(what, SubcontractChangeRead, old, after.subcontract_changes[rank - 1])
    return parts.keep(session, actor, kept, after, "contract.subcontract_change_changed", told)


def remove_change(
    session: Session, actor: Actor, contract_id: UUID, rank: int, if_match: str | None
) -> ContractRead:
    """Remove the change of a rank.

    Raises as ``service.change``, and NotFound on a rank that no change has.
    """
    kept = parts.writable(session, actor, contract_id, if_match, Kind.CONTRACT)
    parts.at(kept.record.subcontract_changes, rank)
    left = parts.without(kept.record.subcontract_changes, rank)
    after = replace(kept.record, subcontract_changes=left)
    told = conversion.differences(kept.record, after)
    return parts.keep(session, actor, kept, after, "contract.subcontract_change_removed", told)


def _next(acts: tuple[SubcontractRecord, ...]) -> int:
    return max((one.number or 0 for one in acts), default=0) + 1


def _act(data: SubcontractIn, number: int, known: Party | None) -> SubcontractRecord:
    return SubcontractRecord(
        number=number,
        subcontractor=_company(data.subcontractor, known),
        months=data.months,
        notified_on=data.notified_on,
        published_on=data.published_on,
        amount=to_cents(data.amount),
        price_variation=data.price_variation,
    )


def _company(said: SubcontractorIn, known: Party | None) -> Party:
    """The company; a name that no answer gives is not erased by who could not send it back."""
    one = Party(said.id_type, said.identifier, said.name or None)
    same = known and (known.id_type, known.identifier) == (one.id_type, one.identifier)
    return known if known and same and one.name is None else one


def _renamed(what: str, old: SubcontractRecord, new: SubcontractRecord) -> list[Change]:
    """That the name of the company differs, and not which: it may be a person's."""
    names = [one.subcontractor and one.subcontractor.name for one in (old, new)]
    if names[0] == names[1]:
        return []
    return [(f"{what}, nom du sous-traitant", names[0] and "l’ancien", names[1] and "un autre")]


def _with_act(record: ContractRecord, rank: int, one: SubcontractRecord) -> ContractRecord:
    after = replace(record, subcontracts=parts.put(record.subcontracts, rank, one))
    changed = [each.notified_on for each in record.subcontract_changes if each.number == one.number]
    first = min((day for day in changed if day is not None), default=None)
    errors = parts.before(
        "notified_on", one.notified_on, record.notified_on, "la notification du marché"
    )
    if first and one.notified_on and one.notified_on > first:
        message = f"est après sa modification ({first:%d/%m/%Y}) : vérifiez les deux dates."
        errors.append(FieldError(loc=["body", "notified_on"], message=message))
    errors += parts.before(
        "published_on", one.published_on, one.notified_on, "la notification de l’acte"
    )
    errors += parts.unpublishable(after, f"{_ACTS}[{rank}]", _ACT_NAME, _DATES)
    parts.refuse(errors)
    return after


def _with_change(record: ContractRecord, rank: int, data: SubcontractChangeIn) -> ContractRecord:
    acts = [one for one in record.subcontracts if one.number == data.number]
    if not acts:
        raise Invalid(errors=[_no_such_act(record)])
    one = SubcontractChangeRecord(
        number=data.number,
        notified_on=data.notified_on,
        published_on=data.published_on,
        months=data.months,
        amount=None if data.amount is None else to_cents(data.amount),
    )
    errors = parts.before(
        "notified_on", one.notified_on, acts[0].notified_on, "la notification de l’acte"
    )
    errors += parts.before(
        "published_on", one.published_on, one.notified_on, "la notification de la modification"
    )
    if one.months is None and one.amount is None:
        message = "manque, comme la nouvelle durée : dites ce que la modification change."
        errors.append(FieldError(loc=["body", "amount"], message=message))
    if one in parts.without(record.subcontract_changes, rank):
        message = "a déjà cette modification, à l’identique."
        errors.append(FieldError(loc=["body", "number"], message=message))
    after = replace(record, subcontract_changes=parts.put(record.subcontract_changes, rank, one))
    errors += parts.unpublishable(after, f"{_CHANGES}[{rank}]", _CHANGE_NAME, _DATES)
    parts.refuse(errors)
    return after


def _no_such_act(record: ContractRecord) -> FieldError:
    known = sorted({one.number for one in record.subcontracts if one.number is not None})
    if not known:
        message = "n’existe pas : ce marché n’a aucun acte de sous-traitance."
    else:
        shown = ", ".join(map(str, known[:20]))
        message = f"n’est pas un acte de ce marché, dont les actes ont pour numéro : {shown}."
    return FieldError(loc=["body", "number"], message=message)
