"""Every setting of Topspot, and where it comes from.

A flag of the command line wins over the environment (``TOPSPOT_...``), that over ``topspot.toml`` in the
current folder, that over ``topspot.toml`` in the user's configuration folder.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from topspot import __version__


class SettingsError(ValueError):
    """A setting is wrong; the message is one line that names it and says what to do."""


class Settings(BaseSettings):
    """The settings of one process. Times are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="TOPSPOT_", extra="forbid", frozen=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("topspot"),
        description="Folder of the SQLite database and of the archive of payloads; an absolute path.",
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the database; default `topspot.db` in the data folder."
    )
    slack_token: SecretStr | None = Field(
        default=None, description="Bot token (`xoxb-…`, scope `chat:write`) for the Slack Web API."
    )
    slack_channel: str | None = Field(
        default=None, description="Channel that the bot posts to, such as `#ai-leaders` or its id."
    )
    slack_webhook_url: SecretStr | None = Field(
        default=None, description="Incoming webhook to post to, beside or instead of the Web API."
    )
    slack_base_url: str = Field(
        default="https://slack.com/api/", description="Where the Slack Web API is; a local stand-in in tests."
    )
    mirror: str | None = Field(
        default=None,
        description="Send every request through this address: `http://127.0.0.1:9000` asks "
        "`http://127.0.0.1:9000/host/path` for `https://host/path`.",
    )
    boards_dir: Path | None = Field(
        default=None, description="Folder of further leaderboard files, beside the packaged ones."
    )
    registry_dir: Path | None = Field(
        default=None, description="Folder of developer files that add to or replace the packaged ones."
    )
    news: bool = Field(default=True, description="Collect news as well, and check what it claims.")
    feeds_file: Path | None = Field(
        default=None, description="TOML file of further sources of news, one line each, beside the packaged ones."
    )
    claim_outlets: int = Field(
        default=2, ge=1, description="In how many sources a claim is seen before its verdict is an event."
    )
    correction_days: int = Field(
        default=7,
        ge=0,
        description="After a change of the registry, correct what was told of publications "
        "of the last so many days.",
    )
    download_delay: float = Field(
        default=1.0, ge=0, description="Seconds between two requests to one host; also the first pause of retries."
    )
    download_timeout: float = Field(default=60.0, gt=0, description="Seconds that one whole request may take.")
    download_max_bytes: int = Field(
        default=32 * 2**20, gt=0, description="Largest payload in bytes, received and unpacked."
    )
    contact: str | None = Field(
        default=None, description="Address or URL that goes into the user agent, so that a site can reach you."
    )

    artificial_analysis_key: SecretStr | None = Field(
        default=None,
        description="Your own key for the API of Artificial Analysis; without it the source is off.",
    )
    ping_url: SecretStr | None = Field(
        default=None,
        description="Asked when a run ends well, with `/start` before it and `/fail` after a failure: the ping "
        "address of a healthchecks service.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        if not path.is_absolute():
            raise ValueError("must be an absolute path")
        return path

    @field_validator("mirror")
    @classmethod
    def _of_the_web(cls, url: str | None) -> str | None:
        asked = urlsplit(url or "http://none")
        if asked.scheme not in ("http", "https") or not asked.hostname:
            raise ValueError("must be an address such as http://127.0.0.1:9000")
        return url

    @field_validator("ping_url")
    @classmethod
    def _pingable(cls, url: SecretStr | None) -> SecretStr | None:
        if url is not None and urlsplit(url.get_secret_value()).scheme not in ("http", "https"):
            raise ValueError("must be an http or https address")
        return url

    @field_validator("contact")
    @classmethod
    def _one_line(cls, text: str | None) -> str | None:
        if text is not None and not text.isprintable():
            raise ValueError("must be one line of printable characters")
        return text

    @field_validator("slack_base_url")
    @classmethod
    def _with_slash(cls, url: str) -> str:
        return url.rstrip("/") + "/"

    @property
    def url(self) -> str:
        """The URL of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'topspot.db'}"

    @property
    def archive_dir(self) -> Path:
        """The folder in which each payload lies once, under its hash."""
        return self.data_dir / "archive"

    def key_of(self, source: str) -> SecretStr | None:
        """Give the operator's key for a source; one of a file of one's own is read from the environment."""
        name = self.key_setting(source)
        key = getattr(self, name.removeprefix("TOPSPOT_").lower(), None) or os.environ.get(name)
        return SecretStr(key) if isinstance(key, str) else key

    @staticmethod
    def key_setting(source: str) -> str:
        """Name the setting that holds the key for a source."""
        return f"TOPSPOT_{source.replace('-', '_').upper()}_KEY"

    @property
    def user_agent(self) -> str:
        """The one honest user agent, with the contact of whoever runs this."""
        contact = self.contact or "no contact given: set TOPSPOT_CONTACT"
        return f"Topspot/{__version__} (leaderboard watcher; {contact})"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the two files of settings behind flags and environment."""
        files = [user_config_path("topspot") / "topspot.toml", Path("topspot.toml")]
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=files)


def load_settings(**flags: object) -> Settings:
    """Read the settings; ``flags`` are those given on the command line.

    Raises ``SettingsError`` with one line for the first thing that is wrong; values are not repeated in it,
    since they may be secrets.
    """
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"TOPSPOT_{name}: {first['msg'].removeprefix('Value error, ')}") from None
    except ValueError as error:  # a TOML file that is not TOML
        raise SettingsError(f"topspot.toml: {error}") from None
