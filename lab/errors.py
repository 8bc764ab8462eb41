"""The one error a person sees: what is wrong, and the remedy."""


class LabError(Exception):
    """A mistake or a fault that the lab can explain; printed as one line, never as a traceback."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message}. {remedy}" if remedy else message)
        self.message = message
        self.remedy = remedy
