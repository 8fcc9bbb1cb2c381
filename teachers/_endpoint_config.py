"""What an endpoint's configuration must say, checked before anything is asked."""

import os
import re
from urllib.parse import urlsplit

from teachers.errors import TeacherConfigError
from teachers.types import TeacherConfig


def check_endpoint(config: TeacherConfig) -> None:
    """Raises `TeacherConfigError` where it cannot work; needs neither network nor key."""
    name, options = config.name, config.endpoint
    if not options.urls:
        raise TeacherConfigError(
            f"{name}: the openai backend needs `endpoint.urls`, such as [http://localhost:8000/v1]"
        )
    for url in options.urls:
        _check_url(url, name)
    if not config.model:
        raise TeacherConfigError(f"{name}: the openai backend needs `model`, the name under which it is served")
    if not config.revision:
        raise TeacherConfigError(
            f"{name}: model {config.model} needs `revision`: the commit of the weights that are served, or for a "
            "hosted model whatever pins it, such as the date of its version"
        )
    if config.lora:
        raise TeacherConfigError(f"{name}: an endpoint loads no `lora`; let it serve the adapter and name that `model`")
    _check_numbers(config)


def _check_numbers(config: TeacherConfig) -> None:
    options = config.endpoint
    least = {"max_in_flight": 1, "requests_per_minute": 1, "tokens_per_minute": 1, "retries": 0}
    for field, smallest in least.items():
        value = getattr(options, field)
        if value is not None and value < smallest:
            raise TeacherConfigError(f"{config.name}: endpoint.{field} is {value}; it must be at least {smallest}")
    if options.timeout_s <= 0:
        raise TeacherConfigError(f"{config.name}: endpoint.timeout_s is {options.timeout_s:g}; it must be above 0")


def _check_url(url: str, name: str) -> None:
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise TeacherConfigError(
            f"{name}: a URL of the endpoint holds a user or a password; put the key into an environment variable and "
            "its name into `endpoint.api_key_env`"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        where = f"; not {parts.scheme}://{parts.hostname}" if parts.scheme and parts.hostname else ""
        raise TeacherConfigError(
            f"{name}: wanted is a URL such as http://localhost:8000/v1, with http:// and without ? and #{where}"
        )


def api_key(config: TeacherConfig) -> str | None:
    """The key; raises `TeacherConfigError` where its environment variable does not hold one."""
    variable = config.endpoint.api_key_env
    if variable is None:
        return None
    key = os.environ.get(variable, "").strip()
    if not key:
        raise TeacherConfigError(
            f"{config.name}: the environment variable {variable}, which is to hold the key, is not set"
        )
    if not re.fullmatch(r"[\x21-\x7e]+", key):
        raise TeacherConfigError(f"{config.name}: what the environment variable {variable} holds has signs no key has")
    return key
