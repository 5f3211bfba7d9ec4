"""Dutch: the private words that only the resident gets."""

TEXTS: dict[str, str] = {
    "notice.greetings.title": "Een groet van Teken van leven",
    "notice.greetings": "Je liet een tijdje niets van je horen. Dat mag. Zin om iets te laten weten? "
    "Open je pagina en tik één keer.",
    "notice.welcome-back.title": "Welkom terug?",
    "notice.welcome-back": "Je “even niet” is voorbij. Ben je er weer, tik dan één keer. "
    "Duurt het nog even, dan kun je een nieuwe dag kiezen.",
    "notice.spoke.title": "Iemand heeft je gesproken",
    "notice.spoke": "Iemand uit je kring zegt dat jullie elkaar spraken. "
    "Klopt dat niet? Open dan je pagina en zeg: bel me.",
    "notice.open": "Open je pagina:",
}
