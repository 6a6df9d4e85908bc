"""Addresses of the register of companies."""

from uuid import UUID

from fastapi import APIRouter

from api.access.current import CurrentActor
from api.kit.db import ReadSession, WriteSession
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.suppliers import service
from api.suppliers.models import SupplierChange, SupplierRead

router = APIRouter(
    prefix="/api/v1/suppliers",
    tags=["Entreprises"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("/{supplier_id}", summary="Lire une entreprise")
def read_supplier(supplier_id: UUID, actor: CurrentActor, session: ReadSession) -> SupplierRead:
    """Une entreprise titulaire, avec ce qu’on sait de sa taille et de son appartenance."""
    return service.read(session, actor, supplier_id)


@router.patch("/{supplier_id}", summary="Compléter une entreprise")
def change_supplier(
    supplier_id: UUID, data: SupplierChange, actor: CurrentActor, session: WriteSession
) -> SupplierRead:
    """Dit la taille d’une entreprise ou son appartenance à l’économie sociale et solidaire. Les
    indicateurs de tous les marchés qu’elle tient en tiennent compte aussitôt."""
    return service.change(session, actor, supplier_id, data)
