"""Environments by name, as the path of an actor's class."""

ENV_REGISTRY: dict[str, dict[str, str]] = {}


def register_env(env_name: str, actor_class_fqn: str) -> None:
    ENV_REGISTRY[env_name] = {"actor_class_fqn": actor_class_fqn}
