"""Every setting of the service, its default and its French help, in one class."""

import secrets
from contextlib import suppress
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.kit.outbound import Reach


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
    identity_key: SecretStr | None = Field(
        default=None,
        description="Clé qui scelle l’identité des bénéficiaires, 32 octets au moins ; sans elle, "
        "une clé est créée dans le dossier des données. Perdue, ces identités ne s’ouvrent plus.",
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
        default=20,
        description="Nombre de connexions à la base par processus.",
        ge=4,
    )
    demo_password: SecretStr | None = Field(
        default=None,
        description="Mot de passe des comptes de démonstration ; sans lui, un mot de passe est "
        "tiré au hasard et affiché.",
    )

    online: bool = Field(
        default=False,
        description="Vrai : « spaser enrich » peut interroger Recherche d’entreprises. Faux, rien "
        "ne sort ; les fichiers se lisent avec « spaser stock ».",
    )
    companies_url: str = Field(
        default="https://recherche-entreprises.api.gouv.fr",
        description="Adresse du service Recherche d’entreprises, ou d’une copie à vous.",
    )

    portal_url: str = Field(
        default="https://www.data.gouv.fr",
        description="Portail où « spaser push » déclare les fichiers ; celui d’essai est "
        "https://demo.data.gouv.fr.",
    )
    portal_token: SecretStr | None = Field(
        default=None,
        description="Clé d’API d’un compte de ce portail ; sans elle, rien ne lui est envoyé.",
    )
    ocds_prefix: str | None = Field(
        default=None,
        pattern=r"^ocds-[a-z0-9]{6}$",
        description="Préfixe OCDS attribué par l’Open Contracting Partnership (« ocds- » puis six "
        "lettres ou chiffres) ; sans lui, les fichiers OCDS ne sont pas publiés.",
    )

    webhook_networks: str = Field(
        default="",
        description="Réseaux privés que les webhooks peuvent joindre, en notation CIDR, séparés "
        "par des virgules (« 10.0.0.0/8 ») ; sans eux, seules les adresses publiques le sont.",
    )

    @field_validator("webhook_networks")
    @classmethod
    def _networks(cls, value: str) -> str:
        for one in filter(None, map(str.strip, value.split(","))):
            ip_network(one)
        return value

    @field_validator("secret")
    @classmethod
    def _long_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            raise ValueError("SPASER_SECRET doit compter au moins 32 octets.")
        return value

    @field_validator("identity_key")
    @classmethod
    def _long_identity_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            raise ValueError("SPASER_IDENTITY_KEY doit compter au moins 32 octets.")
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

    @cached_property
    def reach(self) -> Reach:
        """How far webhooks go."""
        named = filter(None, map(str.strip, self.webhook_networks.split(",")))
        return Reach(tuple(ip_network(one) for one in named))

    @cached_property
    def identity_master(self) -> bytes:
        """The key that seals identities; made once in the data folder when none is given.

        Raises OSError when the file can be neither read nor made, ValueError when it is cut.
        """
        if self.identity_key is not None:
            return self.identity_key.get_secret_value().encode()
        path = self.data_dir / "identity.key"
        if not path.exists():
            _make_key(path)
        key = path.read_bytes().strip()
        if len(key) < 32:
            raise ValueError("identity.key est trop courte.")
        return key


def _make_key(path: Path) -> None:
    """Draw a key into ``path``: whole or not at all, and the same for processes that start at once.

    An identity sealed with half a key would be lost, hence the link rather than a plain write.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
