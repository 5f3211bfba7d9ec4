"""English: "About your data", the information that the law asks for (GDPR article 13), in plain words."""

TEXTS: dict[str, str] = {
    "about.title": "About your data",
    "about.what": "This is what we keep of you, what for, and what you may decide about it.",
    "about.unnamed": "Whoever runs this has not written their name here yet.",
    "about.1a": "Who takes care of it",
    "about.1a.text": "{controller} takes care of your data. You reach them here: {contact}.",
    "about.1b": "Who watches over it",
    "about.1b.text": "With questions about your data you can also go to the data protection officer: {officer}.",
    "about.1c": "Why, and who allows it",
    "about.1c.text": "We use your data to bring your sign to your circle. We do nothing more with it. "
    "It is allowed because you say yes (consent). We ask that apart for each person in your circle.",
    "about.1d": "No interest of our own",
    "about.1d.text": "We use nothing for an interest of our own. No advertising, no sale, no profile.",
    "about.1e": "Who receives it",
    "about.1e.text": "Only the people you choose. At “What does … see?” you see exactly what each one gets. "
    "A mail passes through the mail service of whoever receives it.",
    "about.1f": "Not to other countries",
    "about.1f.text": "We send nothing to a country outside Europe. "
    "There are no maps, letters or counters of other firms.",
    "about.2a": "How long",
    "about.2a.text": "The table says how long something stays. Then it goes by itself.",
    "about.2b": "What you may do",
    "about.2b.text": "You may see everything and take it along. You may have it corrected, erased or put on hold. "
    "You may also object. Most of it you do yourself at “Everything about me”.",
    "about.2c": "You may always stop",
    "about.2c.text": "If you say no, that works at once. You need not say why. "
    "What somebody has seen already, we cannot take out of their head.",
    "about.2d": "A complaint",
    "about.2d.text": "Is something wrong? Tell us. "
    "You may also complain to the data protection authority (in the Netherlands: Autoriteit Persoonsgegevens).",
    "about.2e": "Nothing is required",
    "about.2e.text": "You need not give anything. Without a name and a sign your circle just cannot hear from you.",
    "about.2f": "No computer that decides about you",
    "about.2f.text": "No computer gives you a mark or decides about you. People call or come by.",
    "about.raw": "We do not keep where you walked exactly. We make a drawing of it at once. "
    "Whoever runs this could see the pictures that you let others see.",
    "about.kept.what": "What",
    "about.kept.long": "How long",
    "about.kept.track": "Where you walked exactly",
    "about.kept.track.long": "Never kept",
    "about.kept.signs": "Your signs and drawings",
    "about.kept.signs.long": "400 days, or 7 if you choose so",
    "about.kept.time": "The exact time",
    "about.kept.time.long": "7 days, then only the day and the part of the day",
    "about.kept.place": "Roughly where",
    "about.kept.place.long": "Only while somebody may see it, or while you keep it",
    "about.kept.mail": "What a mail said",
    "about.kept.mail.long": "Until it has left",
    "about.kept.attempts": "Whether a mail arrived",
    "about.kept.attempts.long": "30 days",
    "about.kept.invitation": "The name of somebody who did not come",
    "about.kept.invitation.long": "14 days",
    "about.kept.hidden": "Hidden places, agreements, the log",
    "about.kept.hidden.long": "Until you erase everything",
    "about.kept.account": "Everything, when you are long away",
    "about.kept.account.long": "A question after 12 months, gone after 18",
}
