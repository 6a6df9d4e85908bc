"""Addresses of the register of companies."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query

from api.access.current import CurrentActor
from api.kit.db import ReadSession, WriteSession
from api.kit.pages import Page
from api.kit.problems import Forbidden, Invalid, NotFound, Unauthenticated, problems
from api.suppliers import register, service
from api.suppliers.models import SupplierChange, SupplierRead
from api.suppliers.register_schemas import CompanyRead, SupplierFilter

router = APIRouter(
    prefix="/api/v1/suppliers",
    tags=["Entreprises"],
    responses=problems(Unauthenticated, Forbidden, NotFound, Invalid),
)


@router.get("", summary="Chercher des entreprises")
def list_suppliers(
    filters: Annotated[SupplierFilter, Query()], actor: CurrentActor, session: ReadSession
) -> Page[CompanyRead]:
    """Les entreprises du registre, par nom, avec la source et la date de chaque information."""
    return register.find(session, actor, filters)


@router.get("/{supplier_id}/sources", summary="Lire ce qui est dit d’une entreprise")
def read_supplier_sources(
    supplier_id: UUID, actor: CurrentActor, session: ReadSession
) -> CompanyRead:
    """Une entreprise, avec ce que chaque source en dit et depuis quand."""
    return register.read(session, actor, supplier_id)


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
