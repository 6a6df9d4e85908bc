"""Every setting of the site, its default and its French help, in one class."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Read from the environment (prefix ``SPASER_``) when the site is created.

    The texts of the legal pages are the operator's: left empty, the pages say that they are
    missing instead of inventing them.
    """

    model_config = SettingsConfigDict(env_prefix="SPASER_", extra="ignore")

    api_url: str = Field(
        default="http://localhost:8000",
        description="Adresse où le site joint l’API, sans barre finale.",
    )
    site_url: str = Field(
        default="http://localhost:8000",
        description="Adresse publique du site, sans barre finale ; « https » active les témoins "
        "de connexion sécurisés.",
    )
    api_timeout: float = Field(
        default=10.0,
        description="Secondes au bout desquelles le site renonce à une réponse de l’API.",
        gt=0,
    )
    upload_limit: int = Field(
        default=20 * 1024 * 1024,
        description="Taille maximale d’un fichier déposé, en octets.",
        ge=1024,
    )
    legal_publisher: str = Field(
        default="",
        description="Mentions légales : éditeur du site (nom, adresse, téléphone).",
    )
    legal_director: str = Field(
        default="",
        description="Mentions légales : directrice ou directeur de la publication.",
    )
    legal_host: str = Field(
        default="",
        description="Mentions légales : hébergeur (nom, adresse, téléphone).",
    )
    contact: str = Field(
        default="",
        description="Adresse électronique où signaler un défaut d’accessibilité ou poser une "
        "question.",
    )
    privacy_contact: str = Field(
        default="",
        description="Adresse électronique du délégué à la protection des données.",
    )

    @field_validator("api_url", "site_url")
    @classmethod
    def _no_final_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @property
    def secure(self) -> bool:
        """Tell whether browsers reach the site by https."""
        return self.site_url.startswith("https://")
