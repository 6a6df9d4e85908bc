"""Every setting of the service, its default and its French help, in one class."""

import secrets
from functools import cached_property
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from the environment (prefix ``SPASER_``) when an application is created."""

    model_config = SettingsConfigDict(env_prefix="SPASER_", extra="ignore")

    data_dir: Path = Field(
        default=Path("var"),
        description="Dossier des données : base SQLite, clé de signature.",
    )
    database_url: str | None = Field(
        default=None,
        description="Adresse PostgreSQL (postgresql+psycopg://…) ; sans elle, SQLite dans le "
        "dossier des données.",
    )
    secret: SecretStr | None = Field(
        default=None,
        description="Clé de signature des jetons, 32 caractères au moins ; sans elle, une clé est "
        "créée dans le dossier des données (une seule machine).",
    )
    site_url: str = Field(
        default="http://localhost:8000",
        description="Adresse publique du site, sans barre finale ; « https » active les témoins "
        "de connexion sécurisés.",
    )
    upload_limit: int = Field(
        default=20 * 1024 * 1024,
        description="Taille maximale d’un fichier déposé, en octets.",
        ge=1024,
    )
    body_limit: int = Field(
        default=1024 * 1024,
        description="Taille maximale d’une requête hors dépôt de fichier, en octets.",
        ge=1024,
    )
    pool_size: int = Field(
        default=16,
        description="Nombre de connexions à la base par processus.",
        ge=4,
    )
    demo_password: SecretStr | None = Field(
        default=None,
        description="Mot de passe des comptes de démonstration ; sans lui, un mot de passe est "
        "tiré au hasard et affiché.",
    )

    @field_validator("secret")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            raise ValueError("SPASER_SECRET doit compter au moins 32 octets.")
        return value

    @cached_property
    def url(self) -> str:
        """The SQLAlchemy address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'spaser.db'}"

    @cached_property
    def signing_key(self) -> str:
        """The key that signs access tokens; made once in the data folder when none is given."""
        if self.secret is not None:
            return self.secret.get_secret_value()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48), encoding="ascii")
        return path.read_text(encoding="ascii").strip()
