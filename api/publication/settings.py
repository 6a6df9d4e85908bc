"""How a buyer publishes: contact, licence, and who already publishes its essential data."""

from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from api.access.models import Organisation
from api.access.permissions import Actor, Permission
from api.access.service import own
from api.actions.matching import require_match
from api.kit import audit
from api.kit.columns import now
from api.kit.problems import FieldError, Invalid
from api.publication.models import (
    LICENCES,
    PLATFORMS,
    Licence,
    Platform,
    PublicationSettings,
)
from api.publication.settings_schemas import PublicationSettingsRead, PublicationSettingsSet
from api.schemes.schemas import SchemeOrganisation

# What the journal tells whole: the rest may hold an address, and is only named.
_TOLD = {"licence", "published_by"}


def of(session: Session, buyer_id: UUID) -> PublicationSettings:
    """The settings of a buyer; those of who said nothing when there are none."""
    return session.get(PublicationSettings, buyer_id) or PublicationSettings(
        organisation_id=buyer_id
    )


def of_all(session: Session, buyers: Iterable[UUID]) -> dict[UUID, PublicationSettings]:
    """The settings of several buyers, by their identifier."""
    asked = list(buyers)
    found = session.scalars(
        sa.select(PublicationSettings).where(col(PublicationSettings.organisation_id).in_(asked))
    )
    said = {one.organisation_id: one for one in found}
    return {key: said.get(key) or PublicationSettings(organisation_id=key) for key in asked}


def read(session: Session, actor: Actor, siret: str) -> tuple[PublicationSettingsRead, int]:
    """The settings of one of the actor's organisations, and their version (0: never said).

    Raises NotFound, Forbidden.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_READ)
    return _read(organisation, of(session, organisation.id))


def put(
    session: Session,
    actor: Actor,
    siret: str,
    data: PublicationSettingsSet,
    if_match: str | None,
) -> tuple[PublicationSettingsRead, int]:
    """Say the settings of a buyer, whole; what is left out is said no more.

    Raises NotFound, Forbidden, PreconditionRequired, Stale, Invalid.
    """
    organisation = own(session, actor, siret, Permission.PUBLICATION_WRITE)
    # The buyer stands for its settings, which may not be there yet.
    session.get(Organisation, organisation.id, with_for_update=True)
    kept = session.get(PublicationSettings, organisation.id, populate_existing=True)
    one = kept or PublicationSettings(organisation_id=organisation.id)
    require_match(if_match, one.version)
    _check(data)
    changed = {
        name: (getattr(one, name), value)
        for name, value in data.model_dump().items()
        if getattr(one, name) != value
    }
    one.sqlmodel_update({name: after for name, (_before, after) in changed.items()})
    one.version += 1
    one.updated_at = now()
    session.add(one)
    session.flush()
    audit.record(
        session,
        person_id=actor.person_id,
        organisation_id=organisation.id,
        action="publication.settings_changed",
        target=f"publication:{siret}",
        details={
            "fields": sorted(changed),
            "changes": [[name, *changed[name]] for name in sorted(_TOLD & changed.keys())],
        },
    )
    return _read(organisation, one)


def _check(data: PublicationSettingsSet) -> None:
    other = data.published_by is Platform.OTHER
    if other and not data.published_by_other:
        message = "est à préciser quand ce n’est aucun de la liste."
    elif data.published_by_other and not other:
        message = "ne se remplit que si vous choisissez « un autre service »."
    else:
        return
    raise Invalid(errors=[FieldError(loc=["body", "published_by_other"], message=message)])


def _read(
    organisation: Organisation, one: PublicationSettings
) -> tuple[PublicationSettingsRead, int]:
    said = {name: getattr(one, name) for name in PublicationSettingsSet.model_fields}
    buyer = SchemeOrganisation(siret=organisation.siret, name=organisation.name)
    return PublicationSettingsRead(**said, organisation=buyer), one.version


def elsewhere(published_by: Platform | None, other: str | None) -> str | None:
    """Who already publishes the essential data of a buyer, in words; None: nobody."""
    if published_by is None:
        return None
    return other or PLATFORMS[published_by]


def licence_of(session: Session, buyer_id: UUID) -> str:
    """The address of the licence of a buyer's files."""
    said = session.scalars(
        sa.select(col(PublicationSettings.licence)).where(
            col(PublicationSettings.organisation_id) == buyer_id
        )
    ).first()
    return LICENCES[said or Licence.LOV2][1]
