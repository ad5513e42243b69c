"""The errors that a person can do something about. Each message says what is wrong and what to do."""


class NetarioError(Exception):
    """Shown to the user as it is, without a traceback; the command ends with ``exit_code``."""

    exit_code = 3


class BadInput(NetarioError):
    """What the user wrote cannot be used: a subnet that is none, a file that is not there, a setting out of range."""

    exit_code = 2


class Missing(NetarioError):
    """Something that the work needs is absent: a program, a right, a library."""


class Unreachable(NetarioError):
    """The other side did not answer; trying again later may help."""


class Refused(NetarioError):
    """The other side answered and said no; trying again will not help."""


class Denied(NetarioError):
    """A device refused the credential or the rights of the account."""


class Unsupported(NetarioError):
    """The device does not offer what was asked for."""


class Unparsed(NetarioError):
    """A reader met something that it does not know. ``line`` is the text, clipped."""

    def __init__(self, message: str, line: str = "") -> None:
        super().__init__(message)
        self.line = line[:200]
