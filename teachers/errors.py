"""What a teacher raises on purpose; everything else is a fault of the single request.

TeacherError
├── TeacherOutageError     the machine's fault: the engine died, the weights are not there; resume later
├── TeacherConfigError     the configuration cannot work: said before anything is loaded
├── PromptTooLongError     this prompt leaves no room for an answer
├── RequestRefusedError    an endpoint that serves others does not serve this request
├── NotRecordedError       a replay teacher holds no such trace
└── TemplateError          what a chat template makes of a chat is not what the chat says (`teachers/template.py`)
"""


class TeacherError(Exception):
    """Base of what a teacher raises on purpose."""


class TeacherOutageError(TeacherError):
    pass


class TeacherConfigError(TeacherError, ValueError):
    pass


class PromptTooLongError(TeacherError):
    pass


class RequestRefusedError(TeacherError):
    pass


class NotRecordedError(TeacherError):
    pass
