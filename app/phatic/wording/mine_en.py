"""English: "Everything about me", "Who knew what", and what is taken along."""

TEXTS: dict[str, str] = {
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
    "day.long": "{weekday} {day} {month} {year}",
    "part.night": "at night",
    "part.morning": "in the morning",
    "part.afternoon": "in the afternoon",
    "part.evening": "in the evening",
    "ik.mine": "Everything about me",
    "ik.log": "Who knew what",
    "log.title": "Who knew what",
    "log.what": "This is what changed in your circle, and when. Who only looked is never written down.",
    "log.whole": "Nobody changed or removed anything in this log.",
    "log.broken": "Careful: something in this log was changed or removed. Ask whoever runs this how that can be.",
    "log.none": "Nothing has happened yet.",
    "log.more": "What was before",
    "mine.title": "Everything about me",
    "mine.export": "Take everything along",
    "mine.export.what": "You get one file with everything that we have of you. "
    "Unpack it and open index.html. That works without internet.",
    "mine.export.button": "Take everything along",
    "mine.consents": "What you agreed",
    "mine.consents.none": "You have not agreed anything with anybody yet.",
    "mine.from": "Since {day}",
    "mine.until": "From {from_day} until {day}",
    "mine.kept": "How long your signs stay",
    "mine.kept.days": "Your signs stay for {days} days. Then they go by themselves.",
    "mine.kept.week": "Seven days",
    "mine.kept.year": "Four hundred days",
    "mine.kept.save": "This is right",
    "mine.kept.saved": "That has been changed.",
    "mine.wide": "Hide more around your home",
    "mine.wide.now": "Your home lies somewhere in a hidden patch of some 800 metres across. "
    "There is such a patch where you sit for long too. Choose wide, and each patch becomes 1000 metres across.",
    "mine.wide.read": "Read what changes then",
    "mine.wide.less": "Your circle then sees less. A short walk is often only a drawing. "
    "A piece of older pictures goes too.",
    "mine.wide.stays": "This stays so, it cannot be made small later. "
    "For what would appear then would tell something about your home.",
    "mine.wide.button": "Yes, hide more",
    "mine.wide.on": "Wide is on: each hidden patch is 1000 metres across. That stays so.",
    "mine.links": "More about you",
    "mine.messages": "Messages and circles",
    "mine.about": "About your data",
    "mine.stop": "Stop and erase everything",
    "mine.stop.what": "Everything goes: your signs, your circle and your devices. Nobody can bring it back.",
    "mine.stop.warning": "If you begin again later with the same people, "
    "somebody who kept old pictures can guess more about your home.",
    "mine.stop.asked": "Did we just ask somebody about you? They will hear that it is over, without your name.",
    "mine.stop.contact": "You will see no more signs. Your mail addresses go too. Nobody can bring it back.",
    "mine.stop.word": "erase",
    "mine.stop.type": "Are you sure? Then type: erase",
    "mine.stop.wrong": "Nothing was erased. First type the word: erase",
    "mine.stop.button": "Erase everything",
    "mine.gone": "Everything is erased",
    "mine.gone.what": "Nothing of you is left. You need do nothing more.",
    "export.title": "Everything about me",
    "export.of": "Of {name}",
    "export.what": "This is everything that Teken van leven had of you. This file is yours.",
    "export.signs": "Your signs",
    "export.signs.none": "There were no signs.",
    "export.route": "The blurred line (GPX)",
    "export.area": "Roughly where (GeoJSON)",
    "export.agreed": "What you agreed",
    "export.log": "Who knew what",
    "export.files": "The files",
    "export.files.what": "Another program can read these files.",
    "export.contact.circles": "The circles that you are in",
    "export.contact.addresses": "Where messages go",
    "export.contact.waves": "When you waved",
    "export.none": "Nothing.",
    "export.gpx.name": "A blurred line",
    "export.gpx.about": "This is not where you walked exactly. Start, end and usual places are left out.",
    "export.readme": "Everything about me\n\n"
    "Open index.html in a browser. That works without internet.\n\n"
    "me.json                  your name and your choices\n"
    "circle.json              your circle\n"
    "consents.json            what you agreed, in the words that you saw\n"
    "teken.json               your signs, and who waved\n"
    "walks.json               your walks: never where you walked exactly\n"
    "devices.json             your devices\n"
    "subscriptions.json       where messages go\n"
    "agreement.json           what you agreed for when it grows quiet\n"
    "agreement_consents.json  the same, in the words that you saw\n"
    "pauses.json              your pauses\n"
    "proposals.json           what somebody proposed to you\n"
    "representatives.json     who spoke for you\n"
    "silences.json            when it was quiet, and whom we asked\n"
    "rests.json               who let your page rest\n"
    "care.json                which social worker looked along\n"
    "care_consents.json       what you agreed about that\n"
    "care_acts.json           what they did and wrote\n"
    "log.json                 who knew what\n"
    "drawings/                your drawings (SVG)\n"
    "places/                  roughly where you walked (GeoJSON, GPX), if that was kept\n\n"
    "Not in this file: your keys, and the places that we hide. "
    "Those places were drawn by chance. Who has them can do more with them than we can.\n",
    "export.readme.contact": "Everything about me\n\n"
    "Open index.html in a browser. That works without internet.\n\n"
    "me.json                  your language and your time zone\n"
    "grants.json              the circles that you are in\n"
    "waves.json               when you waved\n"
    "subscriptions.json       where messages go\n\n"
    "The signs themselves belong to the other person. They are not in here.\n",
}
