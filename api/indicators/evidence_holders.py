"""Who holds the contracts behind a figure that turns on what companies are, by name.

Nothing keeps a sole trader from being small, or said of the ESS: its name, which is a person's, is
not told.
"""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import ContractSupplier
from api.indicators.evidence_schemas import EvidenceItem
from api.rules.indicators.criteria import SupplierTest
from api.rules.indicators.vocabulary import Definition, leaves
from api.structures import belonging
from api.structures.models import Structure
from api.suppliers import naming
from api.suppliers.models import Supplier

_INCLUSIVE: Final = ("siae", "ea", "esat", "esus")


def named(
    session: Session, definition: Definition, items: list[EvidenceItem]
) -> list[EvidenceItem]:
    """These rows, each with the names of the companies that hold its contract, when the figure
    looks at what companies are; else as they are. Of a figure of social companies, those alone."""
    fields = _looked_at(definition)
    if not fields:
        return items
    ids = {one.contract_id for one in items} - {None}
    social = fields <= frozenset(belonging.BELONGING)
    names = _names(session, {one for one in ids if one is not None}, social=social)
    return [
        one.model_copy(update={"structures": names[one.contract_id]})
        if one.contract_id in names
        else one
        for one in items
    ]


def _looked_at(definition: Definition) -> frozenset[str]:
    """What the figure asks of the companies that hold a contract."""
    return frozenset(
        leaf.test.field
        for quantity in definition.quantities
        for criterion in (quantity.looked_at, quantity.where)
        for leaf in leaves(criterion)
        if isinstance(leaf, SupplierTest)
    )


def _names(session: Session, contracts: Iterable[UUID], *, social: bool) -> dict[UUID, list[str]]:
    kept = sa.or_(belonging.ess().is_(True), belonging.kind().in_(_INCLUSIVE))
    name = naming.known_name()
    found = session.execute(
        sa.select(col(ContractSupplier.contract_id), name)
        .join(Supplier, col(Supplier.id) == col(ContractSupplier.supplier_id))
        .outerjoin(Structure, belonging.of_company())
        .where(
            col(ContractSupplier.contract_id).in_(contracts),
            name.is_not(None),
            kept if social else sa.true(),
        )
        .order_by(name)
    )
    names: dict[UUID, list[str]] = {}
    for contract_id, told in found:
        names.setdefault(contract_id, []).append(told)
    return names
