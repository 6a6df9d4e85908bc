"""What a company may name: the persons that it has to do with, and nobody else.

A link is held by whoever received it. Whatever it answers must not tell that a pseudonym exists,
nor what a person does elsewhere.
"""

from collections.abc import Collection
from typing import Final

import sqlalchemy as sa
from sqlmodel import Session, col

from api.contracts.models import ContractSupplier
from api.insertion.beneficiaries.models import Beneficiary, Employment
from api.insertion.clauses.models import Clause
from api.insertion.links.models import StatementLink
from api.insertion.statements.models import HoursLine
from api.suppliers.models import Supplier

NOT_HERE: Final = "cette personne ne peut pas être déclarée ici : demandez au facilitateur."
"""Unknown, of another clause, or opposed to being followed: the company can't tell which."""


def nameable(session: Session, link: StatementLink, pseudonyms: Collection[str]) -> set[str]:
    """Which of the pseudonyms the holder of a link may name.

    Those of persons whom the facilitator tied to the clause: by hours stated for it before, or by
    an employment contract with a company that holds its contract.
    """
    if not pseudonyms:
        return set()
    worked = sa.select(col(HoursLine.beneficiary_id)).where(
        col(HoursLine.clause_id) == link.clause_id,
        col(HoursLine.beneficiary_id).is_not(None),
    )
    employed = (
        sa.select(col(Employment.beneficiary_id))
        .join(Supplier, col(Supplier.identifier) == col(Employment.employer_siret))
        .join(ContractSupplier, col(ContractSupplier.supplier_id) == col(Supplier.id))
        .join(Clause, col(Clause.contract_id) == col(ContractSupplier.contract_id))
        .where(col(Clause.id) == link.clause_id, col(Supplier.id_type) == "SIRET")
    )
    found = sa.select(col(Beneficiary.pseudonym)).where(
        col(Beneficiary.pseudonym).in_(pseudonyms),
        col(Beneficiary.facilitator_id) == link.facilitator_id,
        col(Beneficiary.objected).is_(False),
        sa.or_(col(Beneficiary.id).in_(worked), col(Beneficiary.id).in_(employed)),
    )
    return set(session.scalars(found))
