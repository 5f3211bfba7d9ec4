"""English: the private words that only the resident gets."""

TEXTS: dict[str, str] = {
    "notice.greetings.title": "A greeting from Teken van leven",
    "notice.greetings": "We did not hear from you for a while. That is fine. "
    "Would you like to let them know you are there? "
    "Open your page and tap once.",
    "notice.welcome-back.title": "Welcome back?",
    "notice.welcome-back": "Your “not for a while” is over. If you are back, tap once. "
    "If you need longer, you can choose another day.",
    "notice.spoke.title": "Somebody spoke to you",
    "notice.spoke": "Somebody of your circle says that you spoke to each other. "
    "Is that not so? Open your page and say: call me.",
    "notice.open": "Open your page:",
}
