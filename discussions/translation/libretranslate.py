"""LibreTranslate, and services that speak like it. One that runs on the operator's own machine sends nothing on."""

from discussions.translation.services import ask, text_in


class LibreTranslate:
    name = "LibreTranslate"

    def __init__(self, *, address: str, key: str = "", seconds: int = 15) -> None:
        self.address, self.key, self.seconds = address.rstrip("/"), key, seconds

    def translate(self, text: str, source: str, target: str) -> str:
        question = {"q": text, "source": source, "target": target, "format": "html"}
        if self.key:
            question["api_key"] = self.key
        return text_in(ask(f"{self.address}/translate", question, headers={}, seconds=self.seconds), "translatedText")
