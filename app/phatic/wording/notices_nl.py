"""Dutch: the private words that only one person gets, the resident nearly always."""

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
    "notice.gone.title": "Wat we je vroegen, is voorbij",
    "notice.gone": "Eerder vroegen we je iets over iemand. Diegene gebruikt Teken van leven niet meer. "
    "Die vraag is dus voorbij. Meer weten we niet. Een vraag op je pagina over iemand anders geldt nog.",
    "notice.open": "Open je pagina:",
    "notice.circle-empty.title": "Er is nu niemand die we kunnen vragen",
    "notice.circle-empty": "Niemand van je kring is nu te bereiken. Open je pagina en kijk of je iemand wilt vragen.",
    "notice.calmer-offer.title": "Iets rustigers?",
    "notice.calmer-offer": "Het bleef een paar keer stil, en steeds was het goed. "
    "Wil je een rustigere afspraak, kijk dan op je pagina.",
    "notice.handover.title": "Een andere sociaal werker",
    "notice.handover": "Je sociaal werker wil het aan iemand anders overdragen. "
    "Op je pagina lees je wie, en of je dat wilt.",
    "notice.care-asked.title": "Een sociaal werker vraagt iets",
    "notice.care-asked": "Een sociaal werker vraagt of die met je mee mag kijken. Op je pagina zeg je ja of nee.",
    "notice.review-lapsed.title": "Je kring ziet nu wat minder",
    "notice.review-lapsed": "Je keek een tijd niet wie wat ziet. Daarom ziet niemand meer waar je loopt. "
    "Op je pagina kun je dat veranderen.",
    "notice.representative.title": "Wie voor je spreekt",
    "notice.representative": "Je sociaal werker schreef op wie voor je spreekt. "
    "Op je pagina lees je wie, en kun je het stoppen.",
    "notice.renewed.title": "Een nieuwe link voor je werk",
    "notice.renewed": "{name} maakte een nieuwe link waarmee je binnenkomt. Je oude app werkt niet meer. "
    "Met de link komt pas over een dag iemand binnen. Vroeg je hier niet om? Bel dan vandaag je teamleider.",
    "notice.mass-silence.title": "Het is bij veel mensen tegelijk stil",
    "notice.mass-silence": "Dat ligt misschien aan ons. We vragen nu niemand verder. Op je werkpagina staat meer.",
    "notice.way-back-asked.title": "Een nieuwe telefoon?",
    "notice.way-back-asked": "Je sociaal werker vraagt een nieuwe weg naar binnen voor je. "
    "Klopt dat niet, zeg dan op je pagina nee.",
    "notice.way-back-confirmed.title": "Een nieuwe telefoon?",
    "notice.way-back-confirmed": "Een tweede sociaal werker zei ja tegen een nieuwe weg naar binnen. "
    "Klopt dat niet, zeg dan op je pagina nee.",
}
