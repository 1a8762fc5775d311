"""What mail programs write around an answer, in the languages of the portal.

mail-parser-reply brings most of it. Its tables have no Portuguese, and miss what the corpus in
``tests/discussions/mails`` shows of the others.
"""

import re

from mailparser_reply import EmailMessage
from mailparser_reply.constants import MAIL_LANGUAGES

# All of its languages, as a city's mail program may speak one that the portal does not.
_library = EmailMessage(text="", languages=list(MAIL_LANGUAGES), keep_hyphen_lists=True)
LIBRARY_HEADER = _library.HEADER_REGEX


def _any_of(*phrases: str) -> str:
    return "|".join(sorted(set(phrases), key=len, reverse=True))


# ------------------------------------------------------------ “On 3 March, X wrote:”

_VERBS = _any_of(
    "wrote", "writes", "schrieb", "schreef", "geschreven", "a écrit", "ha scritto", "escribió", "escreveu",
)  # fmt: skip
_BEGINNINGS = _any_of("On", "Am", "Op", "Le", "Il", "In data", "El", "Em", "No dia", "A", "Às", "À")
ATTRIBUTION = re.compile(
    rf"^(?=.*\d)(?:(?:{_BEGINNINGS})\s.*(?:{_VERBS})\b.*:|.*@.*\b(?:{_VERBS})\b.*:|.+ escreveu \(.*\d.*\):)$",
    re.IGNORECASE,
)
"""A line that says who wrote what follows; it names a day."""
FOREIGN_ATTRIBUTION = re.compile(r"^(?=.*\d).*<[^<>@\s]+@[^<>@\s]+>.*:$")
"""The same in whichever language; only before lines that are quoted."""

# ------------------------------------------------------------ blocks of headers

_FROM = _any_of("From", "Von", "De", "Da", "Van")
_SENT = _any_of(
    "Sent", "Date", "Gesendet", "Datum", "Envoyé", "Envoyé le", "Date", "Inviato", "Inviato il", "Data",
    "Verzonden", "Enviado", "Enviado el", "Enviado em", "Enviada em", "Enviada", "Fecha",
)  # fmt: skip
_TO = _any_of("To", "An", "À", "A", "Aan", "Para", "Pour", "Per")
_SUBJECT = _any_of("Subject", "Betreff", "Objet", "Oggetto", "Onderwerp", "Asunto", "Assunto")


def _label(words: str) -> re.Pattern[str]:
    return re.compile(rf"^[*_ ]{{0,3}}(?:{words})[*_ ]{{0,3}}[ \xa0]?:[*_ ]{{0,3}}\s*\S", re.IGNORECASE)


FROM_LABEL, SENT_LABEL, TO_LABEL, SUBJECT_LABEL = map(_label, (_FROM, _SENT, _TO, _SUBJECT))

ORIGINAL_MESSAGE = re.compile(
    r"^[-_*= ]{2,}\s*(?:"
    + _any_of(
        "Original Message", "Forwarded message", "Ursprüngliche Nachricht", "Originalnachricht", "Original-Nachricht",
        "Weitergeleitete Nachricht", "Message d.origine", "Message original", "Message transféré",
        "Messaggio originale", "Messaggio inoltrato", "Oorspronkelijk bericht", "Doorgestuurd bericht",
        "Mensaje original", "Mensaje reenviado", "Mensagem original", "Mensagem encaminhada",
    )
    + r")\s*[-_*= ]{2,}$",
    re.IGNORECASE,
)  # fmt: skip
RULE = re.compile(r"^\s*(?:_{10,}|-{20,}|\\?_(?:\\?_){9,})\s*$")

# ------------------------------------------------------------ the end of one's own words

SIGNATURE_DELIMITER = re.compile(r"^(?:--|—|__|-- )\s*$")

_LIBRARY_SENT_FROM = tuple(str(words["sent_from"]) for words in MAIL_LANGUAGES.values() if words.get("sent_from"))
_SENT_FROM = (
    r"Sent (?:from|with|via|by) [\w\[(<]", r"Get \[?(?:Outlook|BlueMail)",
    r"Von meinem .{2,40} gesendet", r"Gesendet (?:von|mit|über) ", r"\[?Outlook für \w+\]?(?:<.*>)?(?: beziehen)?",
    r"Diese Nachricht wurde von meinem",
    r"(?:Virus-free|Virenfrei|Sans virus|Garanti sans virus|Libre de virus|Privo di virus|Virusvrij|Sem vírus)\b",
    r"Envoyé (?:de|depuis|à partir d|avec|via) ?", r"(?:Téléchargez?r?|Obtenir) \[?Outlook pour",
    r"Inviato (?:da|dal|con|tramite) ", r"(?:Scarica|Ottieni) \[?Outlook per",
    r"(?:Verstuurd|Verzonden|Gestuurd) (?:vanaf|vanuit|met|via|van) ", r"\[?Outlook voor \w+\]?(?:<.*>)? downloaden",
    r"(?:Download|Haal) \[?Outlook voor",
    r"Enviad[oa] (?:desde|con|com|do|da|a partir d|através|via|de) ?", r"(?:Obtener|Descargar) \[?Outlook para",
    r"(?:Obter|Obtenha)(?: o)? \[?Outlook para",
)  # fmt: skip
SENT_FROM = re.compile(rf"^[\[(*_ ]*(?:{_any_of(*_LIBRARY_SENT_FROM, *_SENT_FROM)}).{{0,160}}$", re.IGNORECASE)

DEVICE_OR_PROGRAM = re.compile(
    r"i?phone|ipad|android|galaxy|samsung|huawei|xiaomi|pixel|nokia|motorola|oneplus|blackberry|outlook|mail|gmx|proton"
    r"|yahoo|windows|thunderbird|telefon|téléphone|appareil|dispositi|device|mobil|móvil|cellulare|handy|smartphone"
    r"|toestel|tablet|telemóvel|celular|virus|avast|avg",
    re.IGNORECASE,
)
ADDRESS_ALONE = re.compile(r"^<?https?://\S{1,300}>?$")

_FINE = "(?:beste|schöne|herzliche|sonnige|freundliche|kollegiale)"
_CLOSINGS = (
    # English
    r"(?:with |my )?(?:best|kind|kindest|warm|warmest|many|sincere)(?: and \w+)? (?:regards|wishes|greetings)",
    r"regards", r"best", r"cheers", r"all the best", r"yours (?:sincerely|faithfully|truly)", r"sincerely",
    r"(?:many )?thanks(?: and (?:best|kind) regards| again| in advance| a lot)?", r"kr", r"br",
    r"thank you(?: very much| in advance)?", r"yours", r"warmly", r"take care",
    # German
    rf"(?:mit |viele |liebe |{_FINE}[nm]? |vielen |lieben )*gr(?:ü|ue|u)(?:ß|ss)(?:en|e)?(?: aus .{{2,40}})?",
    r"mfg", r"lg", r"vg", r"hochachtungsvoll", r"(?:vielen |besten |herzlichen )?dank(?: und .{2,20}grüße)?",
    r"danke(?: und .{2,20}grüße)?",
    # French
    r"(?:bien |très )?(?:cordialement|amicalement|sincèrement)(?: vôtre)?(?: à (?:vous|toi|tous|toutes))?",
    r"(?:avec (?:mes|nos) )?(?:meilleures |cordiales |sincères )?salutations(?: distinguées| cordiales)?",
    r"bien à (?:vous|toi)", r"(?:très )?(?:belle |bonne )?(?:fin de )?journée(?: à (?:vous|toi|tous))?", r"cd(?:l)?t",
    r"(?:en vous souhaitant )?bonne réception", r"merci(?: d['’]avance| à vous| beaucoup| et bonne journée)?",
    # Italian
    r"(?:molti |tanti |i più |i miei |un |caro |cari |con i migliori |cordiali |cordialissimi |distinti )*salut[io]",
    r"cordialmente", r"grazie(?: mille| in anticipo| e (?:cordiali )?saluti| e buona giornata)?", r"un abbraccio",
    r"buona? (?:giornata|lavoro|serata|pomeriggio)", r"a presto",
    # Dutch
    r"(?:met |hele )?(?:vriendelijke|hartelijke|collegiale|warme|beste|veel|zonnige)(?: en \w+)? groet(?:en|jes)?",
    r"groet(?:en|jes)?", r"mvg", r"m\.v\.g\.?", r"gr\.?", r"hoogachtend", r"dank (?:je|u)(?: wel)?",
    r"(?:alvast |heel )?(?:hartelijk |veel )?(?:dank|bedankt)(?: alvast| en groet(?:en)?)?",
    # Spanish
    r"(?:un |reciban? un |recibe un )?(?:cordial |afectuoso |muy cordial )?saludos?(?: cordial(?:es)?| atentos)?",
    r"cordiales saludos", r"atentamente", r"(?:muchas |mil )?gracias(?: de antemano| por todo| y (?:un )?saludos?)?",
    r"un abrazo",
    # Portuguese
    r"(?:com |os |meus |nossos |melhores |cordiais |atenciosos )*cumprimentos", r"atenciosamente", r"(?:um )?abraços?",
    r"(?:muito )?obrigad[oa](?: desde já| e cumprimentos| pela atenção)?", r"saudações(?: cordiais)?",
)  # fmt: skip
_GOODBYE = f"(?:{_any_of(*_CLOSINGS)})"
# In two languages, as some write it; a name may follow, whose words begin with capitals.
CLOSING = re.compile(
    rf"^[*_ ]*{_GOODBYE}(?: ?[/|–-] ?{_GOODBYE})?[*_ ]*[,.!–—-]*[*_ ]*(?-i:(?:[A-ZÀ-Þ]\S* ?){{0,4}})$", re.IGNORECASE
)
"""A line that says goodbye."""

CONTACT = re.compile(r"\S@\S|www\.|https?://|(?:\+|\b0|\()\d[\d\s()./–-]{6,}\d", re.IGNORECASE)
"""A number or an address at which somebody is reached."""
POSTSCRIPT = re.compile(r"^[*_ ]*(?:p\.? ?s\.?|n\.? ?b\.?)\b", re.IGNORECASE)

CONFIDENTIAL = re.compile(
    _any_of(
        r"confidential", r"privileged", r"intended (?:only|solely|recipient)", r"disclaimer", r"before printing",
        r"vertraulich", r"bestimmungsgemäß", r"nicht der richtige adressat", r"irrtümlich", r"bevor sie .{0,30}drucken",
        r"confidentiel", r"destinataire", r"strictement réserv", r"avant d.imprimer",
        r"riservat", r"destinatari", r"confidenzial", r"d\.lgs", r"prima di stampare",
        r"vertrouwelijk", r"geadresseerde", r"uitsluitend bestemd", r"proclaimer", r"voordat u .{0,30}print",
        r"confidencial", r"destinatario", r"antes de imprimir",
        r"destinatário", r"privilegiada",
    ),
    re.IGNORECASE,
)  # fmt: skip
"""Words of the notices that mail servers put below."""

EMPTY_WORDS = re.compile(r"\[(?:cid|image|bild|afbeelding|immagine|imagen|imagem)\s*:[^\]\n]{0,200}\]", re.IGNORECASE)
PICTURE_ADDRESS = re.compile(r"\[https?://[^\]\s]{1,400}\.(?:png|jpe?g|gif)[^\]\s]{0,200}\]", re.IGNORECASE)
"""What stands in plain text in the place of pictures."""
