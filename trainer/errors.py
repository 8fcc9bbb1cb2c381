"""What the trainer raises on purpose.

TrainerError           base: one message for a user, never a traceback
└── TrainConfigError   the training file, its data or its model is wrong (exit code 2)
"""


class TrainerError(Exception):
    """Base of what a user can act on; the message says place, fact and way out."""


class TrainConfigError(TrainerError):
    pass
