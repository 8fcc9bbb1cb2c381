"""Which Python runs which actor."""

ACTOR_ENVIRONMENT_REGISTRY: dict[str, str] = {}
