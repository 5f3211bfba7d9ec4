"""Dutch: "Alles over mij", "Wie wist wat", and what is taken along."""

TEXTS: dict[str, str] = {
    "month.1": "januari",
    "month.2": "februari",
    "month.3": "maart",
    "month.4": "april",
    "month.5": "mei",
    "month.6": "juni",
    "month.7": "juli",
    "month.8": "augustus",
    "month.9": "september",
    "month.10": "oktober",
    "month.11": "november",
    "month.12": "december",
    "day.long": "{weekday} {day} {month} {year}",
    "part.night": "'s nachts",
    "part.morning": "'s ochtends",
    "part.afternoon": "'s middags",
    "part.evening": "'s avonds",
    "ik.mine": "Alles over mij",
    "ik.log": "Wie wist wat",
    "log.title": "Wie wist wat",
    "log.what": "Hier staat wat er in je kring veranderde, en wanneer. Wie er alleen keek, schrijven we nooit op.",
    "log.whole": "Niemand heeft in dit logboek iets veranderd of weggehaald.",
    "log.broken": "Let op: in dit logboek is iets veranderd of weggehaald. Vraag wie dit beheert hoe dat kan.",
    "log.none": "Er is nog niets gebeurd.",
    "log.more": "Wat daarvoor was",
    "mine.title": "Alles over mij",
    "mine.export": "Alles meenemen",
    "mine.export.what": "Je krijgt één bestand met alles wat we van je hebben. "
    "Pak het uit en open index.html. Dat werkt zonder internet.",
    "mine.export.button": "Neem alles mee",
    "mine.consents": "Wat je afsprak",
    "mine.consents.none": "Je sprak nog met niemand iets af.",
    "mine.from": "Vanaf {day}",
    "mine.until": "Van {from_day} tot {day}",
    "mine.kept": "Hoe lang je tekens blijven",
    "mine.kept.days": "Je tekens blijven {days} dagen. Daarna gaan ze vanzelf weg.",
    "mine.kept.week": "Zeven dagen",
    "mine.kept.year": "Vierhonderd dagen",
    "mine.kept.save": "Zo is het goed",
    "mine.kept.saved": "Dat is veranderd.",
    "mine.wide": "Meer verbergen rond je huis",
    "mine.wide.now": "Je huis ligt ergens in een verborgen plek van ruim 800 meter breed. "
    "Zo'n plek is er ook waar je lang zit. Kies je ruim, dan wordt elke plek 1000 meter breed.",
    "mine.wide.read": "Lees wat er dan verandert",
    "mine.wide.less": "Je kring ziet dan minder. Een korte wandeling is vaak alleen nog een tekening. "
    "Ook van oude plaatjes gaat een stuk weg.",
    "mine.wide.stays": "Dit blijft zo, klein maken kan later niet. "
    "Want wat er dan bij komt, zou juist iets over je huis verraden.",
    "mine.wide.button": "Ja, verberg meer",
    "mine.wide.on": "Ruim staat aan: elke verborgen plek is 1000 meter breed. Dat blijft zo.",
    "mine.links": "Meer over jou",
    "mine.messages": "Berichten en kringen",
    "mine.about": "Over jouw gegevens",
    "mine.stop": "Stop en wis alles",
    "mine.stop.what": "Alles gaat weg: je tekens, je kring en je apparaten. Dit kan niemand terughalen.",
    "mine.stop.warning": "Begin je later opnieuw met dezelfde mensen, "
    "dan kan iemand die oude plaatjes bewaarde meer over je huis raden.",
    "mine.stop.asked": "Vroegen we net iemand over jou? Die hoort dan dat het voorbij is, zonder je naam.",
    "mine.stop.contact": "Je ziet dan geen tekens meer. Je mailadressen gaan ook weg. Dit kan niemand terughalen.",
    "mine.stop.word": "wissen",
    "mine.stop.type": "Weet je het zeker? Typ dan: wissen",
    "mine.stop.wrong": "Er is niets gewist. Typ eerst het woord: wissen",
    "mine.stop.button": "Wis alles",
    "mine.gone": "Alles is gewist",
    "mine.gone.what": "Er is niets van je over. Je hoeft verder niets te doen.",
    "export.title": "Alles over mij",
    "export.of": "Van {name}",
    "export.what": "Dit is alles wat Teken van leven van je had. Dit bestand hoort bij jou.",
    "export.signs": "Je tekens",
    "export.signs.none": "Er waren geen tekens.",
    "export.route": "De vage lijn (GPX)",
    "export.area": "Ongeveer waar (GeoJSON)",
    "export.agreed": "Wat je afsprak",
    "export.log": "Wie wist wat",
    "export.files": "De bestanden",
    "export.files.what": "Deze bestanden kan een ander programma lezen.",
    "export.contact.circles": "De kringen waar je in zit",
    "export.contact.addresses": "Waar berichten heen gaan",
    "export.contact.waves": "Wanneer je zwaaide",
    "export.none": "Niets.",
    "export.gpx.name": "Een vage lijn",
    "export.gpx.about": "Dit is niet waar je precies liep. Begin, einde en vaste plekken zijn weggelaten.",
    "export.readme": "Alles over mij\n\n"
    "Open index.html in een browser. Dat werkt zonder internet.\n\n"
    "me.json                  je naam en je keuzes\n"
    "circle.json              je kring\n"
    "consents.json            wat je afsprak, in de woorden die je zag\n"
    "teken.json               je tekens, en wie zwaaide\n"
    "walks.json               je wandelingen: nooit waar je precies liep\n"
    "devices.json             je apparaten\n"
    "subscriptions.json       waar berichten heen gaan\n"
    "agreement.json           wat je afsprak voor als het stil wordt\n"
    "agreement_consents.json  hetzelfde, in de woorden die je zag\n"
    "pauses.json              je keren “even niet”\n"
    "proposals.json           wat iemand je voorstelde\n"
    "representatives.json     wie voor je sprak\n"
    "silences.json            wanneer het stil was, en wie we vroegen\n"
    "rests.json               wie je bladzijde liet rusten\n"
    "care.json                welke sociaal werker meekeek\n"
    "care_consents.json       wat je daarover afsprak\n"
    "care_acts.json           wat die deed en schreef\n"
    "log.json                 wie wist wat\n"
    "drawings/                je tekeningen (SVG)\n"
    "places/                  ongeveer waar je liep (GeoJSON, GPX), als dat bewaard werd\n\n"
    "Niet in dit bestand: je sleutels, en de plekken die we verbergen. "
    "Die plekken zijn getrokken met het toeval. Wie ze heeft, kan er meer mee dan wij.\n",
    "export.readme.contact": "Alles over mij\n\n"
    "Open index.html in een browser. Dat werkt zonder internet.\n\n"
    "me.json                  je taal en je tijdzone\n"
    "grants.json              de kringen waar je in zit\n"
    "waves.json               wanneer je zwaaide\n"
    "subscriptions.json       waar berichten heen gaan\n\n"
    "De tekens zelf zijn van de ander. Die staan hier niet in.\n",
}
