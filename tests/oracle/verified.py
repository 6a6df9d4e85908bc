"""Buyers made for the figures to be checked on: facts of the oracle, put into the register."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Membership, Organisation, OrganisationKind, Person
from api.access.permissions import Role
from api.contracts import writing
from api.contracts.models import Origin
from api.kit.columns import new_id
from api.rules.records import ContractRecord, Kind, Party
from api.schemes.models import Scheme, SchemeAdoption
from api.suppliers.models import Supplier, SupplierSize
from tests.oracle import generated
from tests.oracle.generated import Made
from tests.oracle.oracle import indicators
from tests.oracle.seeing import Company, Fact

SEED = 2026

SCHEMES = ("call-2023-2026", "cd40-2023-2029")
# Those that look at the contracts themselves.
INDICATORS = {
    scheme: {
        code: one
        for code, one in indicators(scheme).items()
        if one["definition"]["fact"] == "contract"
    }
    for scheme in SCHEMES
}


def codes() -> list[str]:
    """The marks that the definitions of the catalogue look at."""

    def inside(criterion: object) -> Iterable[str]:
        if isinstance(criterion, dict):
            if "mark" in criterion:
                yield criterion["mark"]
            for part in criterion.values():
                yield from inside(part)
        if isinstance(criterion, list):
            for part in criterion:
                yield from inside(part)

    models = (one["definition"] for some in INDICATORS.values() for one in some.values())
    return sorted({code for model in models for code in inside(model)})


def add_generated(session: Session, siret: str, count: int = generated.COUNT) -> list[Fact]:
    """Contracts full of holes and of edges, of a buyer that has only these; answers their facts."""
    companies, some = generated.made(SEED, codes(), count)
    buyer = add_buyer(session, siret)
    add_contracts(session, buyer, add_companies(session, companies, f"de {siret}"), some)
    return [one.fact for one in some]


def add_buyer(session: Session, siret: str) -> Organisation:
    """A buyer of the pilot of the demonstration, who adopted every scheme."""
    buyer = Organisation(
        siret=siret, name=f"Acheteur vérifié {siret}", kind=OrganisationKind.BUYER, fictitious=True
    )
    session.add(buyer)
    session.flush()
    pilot = session.scalars(
        sa.select(Person).where(col(Person.email) == "pilot@demo.example")
    ).one()
    session.add(Membership(person_id=pilot.id, organisation_id=buyer.id, role=Role.PILOT))
    adopt_all(session, buyer)
    return buyer


def adopt_all(session: Session, buyer: Organisation) -> None:
    """Have a buyer adopt every scheme."""
    for scheme_id in session.scalars(sa.select(col(Scheme.id))).all():
        session.merge(SchemeAdoption(scheme_id=scheme_id, organisation_id=buyer.id))
    session.flush()


def add_companies(session: Session, companies: Sequence[Company], name: str) -> list[Supplier]:
    """The companies in the register, fictitious ones, known by a ``name`` of theirs."""
    kept = [
        Supplier(
            id_type="HORS-UE",
            identifier=f"{name} {rank}",
            name=f"Entreprise {name} {rank}",
            size=None if company.size is None else SupplierSize(company.size),
            ess=company.ess,
        )
        for rank, company in enumerate(companies)
    ]
    session.add_all(kept)
    session.flush()
    return kept


def add_contracts(
    session: Session, buyer: Organisation, suppliers: Sequence[Supplier], some: Iterable[Made]
) -> None:
    """Contracts of a buyer, each with its companies."""
    batch = []
    for one in some:
        held = [suppliers[rank] for rank in one.holders]
        record = ContractRecord(
            kind=Kind(one.fact.kind),
            reference=one.fact.reference,
            buyer_siret=buyer.siret or "",
            notified_on=one.fact.day,
            amount=one.fact.amount,
            cpv=one.fact.cpv,
            ccag=one.fact.ccag,
            marks=dict(one.fact.marks),
            suppliers=tuple(Party(by.id_type, by.identifier, by.name) for by in held),
        )
        kept = tuple(by.id for by in held)
        batch.append(writing.Written(new_id(), buyer.id, record, kept, Origin.IMPORT))
    writing.insert(session, batch)
