"""DeepL. Of keys for the service without charge it keeps the ending ``:fx``, and has another address for them."""

from discussions.translation.services import ask, text_in

# Where the portal's language is more than one of the service's.
TARGETS = {"en": "EN-GB", "pt": "PT-PT"}


class DeepL:
    name = "DeepL"

    def __init__(self, *, key: str, address: str = "", seconds: int = 15) -> None:
        host = "api-free.deepl.com" if key.endswith(":fx") else "api.deepl.com"
        self.address = address.rstrip("/") or f"https://{host}"
        self.key, self.seconds = key, seconds

    def translate(self, text: str, source: str, target: str) -> str:
        question = {
            "text": [text],
            "source_lang": source.upper(),
            "target_lang": TARGETS.get(target, target.upper()),
            "tag_handling": "html",
        }
        headers = {"Authorization": f"DeepL-Auth-Key {self.key}"}
        answer = ask(f"{self.address}/v2/translate", question, headers=headers, seconds=self.seconds)
        return text_in(answer, "translations", 0, "text")
