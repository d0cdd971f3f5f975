"""Every error that syncer raises on purpose, with its exit code.

::

    SyncerError                      1
    ├── ConfigError                  1   something to set up is missing or wrong
    ├── WrongUsage                  64   options that don't go together
    ├── PoliciesInvalid              3   findings of severity error
    ├── LiveError                    1   the live API
    │   ├── AuthError                    credentials are missing or were refused
    │   ├── NoAnswer                     no (whole) answer came: time-out, reset, cut off
    │   │   └── NotSent                  it never reached the server: safe to send again
    │   ├── NotTaken                     a write without an etag was not taken: read again, decide again
    │   ├── WaitEnded              130   a wait was ended by Ctrl-C or SIGTERM
    │   │   └── DeadlineOver         5   a wait was ended by the deadline of the run
    │   ├── BadAnswer                    an answer that makes no sense, or too large
    │   └── ApiError                     an answer that says no
    │       ├── Forbidden                403: a right is missing
    │       ├── NotFound                 404
    │       ├── PreconditionFailed       412: the etag is no longer current
    │       └── RateLimited              429, after the last try
    ├── BadPlan                      1   a plan file that can't be read
    ├── AuditError                   1   the audit can't be written or read
    ├── Refused                      4   refused for safety
    │   └── StalePlan                    policies or the organization moved since the plan
    ├── Interrupted                130   Ctrl-C or SIGTERM
    └── Defect                       1   the program itself is wrong

An apply that was done in part has no error of its own: its result tells, with exit code 5. A deadline
that is over before the first PUT is one.
"""

from typing import ClassVar


class SyncerError(Exception):
    """An error that explains itself: what happened (the message) and what to do (``hint``).

    ``reason`` is the code of it that the audit records.
    """

    exit_code: ClassVar[int] = 1
    reason: str = "error"

    def __init__(self, message: str, *, hint: str = "", reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if reason:
            self.reason = reason


class ConfigError(SyncerError):
    """Something that has to be set up is missing or wrong."""

    reason = "configuration"


class WrongUsage(SyncerError):
    """Options or arguments that don't go together."""

    exit_code = 64


class PoliciesInvalid(SyncerError):
    """The policies have findings of severity error, so nothing may be applied."""

    reason = "invalid-policies"
    exit_code = 3


class LiveError(SyncerError):
    """The live API could not be used.

    ``attempts`` is how often the request was sent; ``reached``: whether any of them may have reached the
    server.
    """

    reason = "api-error"
    attempts: int = 1
    reached: bool = True


class AuthError(LiveError):
    """Credentials are missing or were refused."""

    reason = "unauthorized"


class NoAnswer(LiveError):
    """A request was sent and no whole answer came back: what happened to a write is not known."""

    reason = "unreachable"


class NotSent(NoAnswer):
    """The request never reached the server (no address, refused, no token): nothing came of it."""

    reached = False


class NotTaken(LiveError):
    """A write that no etag guards was not taken (429, 401, no connection), and the wait for it is over.

    What it was decided on may be old by now: read again and decide again.
    """


class WaitEnded(LiveError):
    """A wait before a call was ended, because nothing more is to be started: the call was not made.

    Its cause is what the call was answered before, where it was made already.
    """

    reason = "interrupted"
    exit_code = 130


class DeadlineOver(WaitEnded):
    """The deadline of the run came during a wait."""

    reason = "deadline"
    exit_code = 5


class BadAnswer(LiveError):
    """An answer that is not what the API promises, or larger than allowed."""

    reason = "bad-answer"


class ApiError(LiveError):
    """The API answered with an error; ``status``, ``code`` and ``correlation_id`` are its own words."""

    def __init__(
        self, message: str, *, status: int, code: str = "", correlation_id: str = "", hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.code = code
        self.correlation_id = correlation_id


class Forbidden(ApiError):
    """403: the client lacks a permission, in a division, or a scope."""

    reason = "forbidden"


class NotFound(ApiError):
    """404: there is no such thing."""

    reason = "not-found"


class PreconditionFailed(ApiError):
    """412: the etag that was sent is no longer current."""


class RateLimited(ApiError):
    """429, still after the last try."""

    reason = "rate-limited"


class BadPlan(SyncerError):
    """A plan file that can't be read as one."""

    reason = "bad-plan"


class AuditError(SyncerError):
    """The audit trail can't be read or written."""

    reason = "audit"


class Refused(SyncerError):
    """Refused for safety; nothing was changed."""

    reason = "refused"
    exit_code = 4


class StalePlan(Refused):
    """The policies or the live queues are no longer what the plan saw."""

    reason = "stale-plan"


class Interrupted(SyncerError):
    """Ctrl-C or SIGTERM."""

    reason = "interrupted"
    exit_code = 130


def is_interrupt(error: BaseException | None) -> bool:
    """Whether an error comes from Ctrl-C or SIGTERM: amid a lock or a wait they leave half a step, and what
    clears up behind it stumbles over that."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


class Defect(SyncerError):
    """Something that must not happen did: the program itself is wrong. Says ``error`` in one line."""

    reason = "defect"

    def __init__(self, error: Exception) -> None:
        super().__init__(
            f"this is a defect of syncer: {type(error).__name__}: {error}",
            hint="Please report it, with what SYNCER_TRACEBACK=1 shows.",
        )


def explained(error: Exception) -> SyncerError:
    """An error that no part of the program raised on purpose: of this machine's making, or a Defect."""
    if isinstance(error, PermissionError) and error.filename:
        return ConfigError(
            f"{error.filename} can't be used: permission denied",
            hint="Look at its rights, and at those of the folders above it.",
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        return ConfigError(
            f"{error.filename} can't be used: {error.strerror.lower()}", hint="Look at what is in its place."
        )
    if isinstance(error, ModuleNotFoundError) and not (error.name or "").startswith("syncer"):
        return ConfigError(
            f"the Python package of {error.name} is not installed",
            hint="Install syncer once more with pip, which brings what it needs; syncer doctor names it all.",
        )
    return Defect(error)
