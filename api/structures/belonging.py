"""What a company is, by the register of structures first, then by what its own sheet says.

Expressions for a statement that joins both tables: one rule for every figure. ``supplier`` is the
table of companies, or an alias of it.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from api.structures.models import Structure, StructureKind
from api.suppliers.models import Supplier

_FAMILIES = {
    StructureKind.EI: "siae",
    StructureKind.AI: "siae",
    StructureKind.ACI: "siae",
    StructureKind.ETTI: "siae",
    StructureKind.EITI: "siae",
    StructureKind.EA: "ea",
    StructureKind.EATT: "ea",
}
# What may be written on the sheet of a company to say that it is no structure, beside « aucune ».
_NO_STRUCTURE = ("aucun", "non")

Expression = sa.ColumnElement[Any]


def of_company(supplier: Any = Supplier) -> Expression:
    """The condition that joins a company to its line of the register."""
    same = col(Structure.siret) == col(supplier.identifier)
    return sa.and_(col(supplier.id_type) == "SIRET", same)


def kind(supplier: Any = Supplier) -> Expression:
    """The kind in the words of indicators: siae, ea, esat, esus, aucune, or the code of another.

    « esus » when it is nothing more special; NULL when nobody said.
    """
    registered, esus = col(Structure.kind), sa.case((col(Structure.esus).is_(True), "esus"))
    written = sa.func.lower(sa.func.trim(col(supplier.kind)))
    as_registered = sa.case(
        {**_FAMILIES, StructureKind.ESAT: "esat"},
        value=registered,
        else_=sa.func.coalesce(esus, sa.cast(registered, sa.String)),
    )
    # The text of a sheet is made comparable once, not once for each word it may be.
    as_written = sa.case(
        {**_FAMILIES, **dict.fromkeys(_NO_STRUCTURE, StructureKind.NONE.value), "": esus},
        value=written,
        else_=sa.func.coalesce(written, esus),
    )
    return sa.case((registered.is_not(None), as_registered), else_=as_written)


def ess(supplier: Any = Supplier) -> Expression:
    """Whether it is of the ESS; NULL when nobody said."""
    return sa.func.coalesce(col(Structure.ess), col(supplier.ess))


def esus(supplier: Any = Supplier) -> Expression:
    """Whether it is ESUS; NULL when nobody said."""
    return sa.func.coalesce(col(Structure.esus), col(supplier.esus))


BELONGING = {"kind": kind, "ess": ess, "esus": esus}
