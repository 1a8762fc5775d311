"""A translator that knows two words, remembers what it was sent, and fails when it is told to."""

from collections.abc import Callable
from typing import ClassVar


class Machine:
    name = "Machine"
    sent: ClassVar[list[tuple[str, str, str]]] = []
    fails: ClassVar[Exception | None] = None
    before_answer: ClassVar[Callable[[], object] | None] = None

    @classmethod
    def reset(cls) -> None:
        cls.sent, cls.fails, cls.before_answer = [], None, None

    def translate(self, text: str, source: str, target: str) -> str:
        Machine.sent.append((text, source, target))
        if Machine.before_answer:
            Machine.before_answer()
        if Machine.fails:
            raise Machine.fails
        return text.replace("Ciao", "Hello").replace("amici", "friends")
