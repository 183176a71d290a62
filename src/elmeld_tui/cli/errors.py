"""How a command fails: the text for standard error and the exit code."""

from __future__ import annotations

DONE = 0
ANSWER_IS_NO = 1
WRONG_USE = 2
OUTSIDE_FAILED = 3


class CommandError(Exception):
    """An answer that belongs on stderr, in one line.

    Attributes:
        exit_code: 1 the answer is no (invalid, rejected, not found), 2 wrong use, 3 something outside failed.
    """

    def __init__(self, message: str, exit_code: int = ANSWER_IS_NO) -> None:
        super().__init__(message)
        self.exit_code = exit_code
