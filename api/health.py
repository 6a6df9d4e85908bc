"""Is the process alive, can it serve."""

import sqlalchemy as sa
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api.kit.problems import Unavailable, problems
from api.migrating import is_current

router = APIRouter(prefix="/api/health", tags=["Service"])


class Health(BaseModel):
    """State of the service."""

    status: str = Field(description="« ok ».")


@router.head("/live", include_in_schema=False)
@router.get("/live", summary="Le processus répond")
async def read_liveness() -> Health:
    """Répond toujours tant que le processus vit ; ne touche pas à la base."""
    return Health(status="ok")


@router.head("/ready", include_in_schema=False)
@router.get("/ready", responses=problems(Unavailable), summary="Le service est prêt")
def read_readiness(request: Request) -> Health:
    """Répond quand la base est joignable et à jour de ses migrations."""
    engine: sa.Engine = request.app.state.engines.read
    with engine.connect() as connection:
        if not is_current(connection):
            raise Unavailable("La base n’est pas à jour : lancez « spaser migrate ».")
    return Health(status="ok")
