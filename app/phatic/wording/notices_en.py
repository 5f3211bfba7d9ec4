"""English: the private words that only one person gets, the resident nearly always."""

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
    "notice.gone.title": "What we asked you is over",
    "notice.gone": "Earlier we asked you something about somebody. They do not use Teken van leven any more. "
    "So that question is over. We know no more than that. A question on your page about somebody else still stands.",
    "notice.open": "Open your page:",
    "notice.circle-empty.title": "There is nobody we can ask now",
    "notice.circle-empty": "Nobody of your circle can be reached now. "
    "Open your page and see whether you would like to ask somebody.",
    "notice.calmer-offer.title": "Something calmer?",
    "notice.calmer-offer": "It was quiet a few times, and each time all was well. "
    "If you would like something calmer, look at your page.",
    "notice.handover.title": "Another caseworker",
    "notice.handover": "Your caseworker would like to hand over to somebody else. "
    "Your page says to whom, and you can say no.",
    "notice.care-asked.title": "A caseworker asks something",
    "notice.care-asked": "A caseworker asks whether they may look along with you. You say yes or no on your page.",
    "notice.review-lapsed.title": "Your circle sees a little less now",
    "notice.review-lapsed": "For a while you did not look at who sees what. So nobody sees any more where you walk. "
    "You can change that on your page.",
    "notice.representative.title": "Who speaks for you",
    "notice.representative": "Your social worker wrote down who speaks for you. "
    "On your page you read who, and can stop it.",
    "notice.renewed.title": "A new link for your work",
    "notice.renewed": "{name} made a new link for you to come in. Your old app does not work any more. "
    "Nobody comes in with the link before a day has passed. Did you not ask for this? Then call your team lead today.",
    "notice.mass-silence.title": "It is quiet with many people at once",
    "notice.mass-silence": "That may be because of us. We ask nobody further now. Your work page says more.",
    "notice.way-back-asked.title": "A new phone?",
    "notice.way-back-asked": "Your caseworker asks for a new way in for you. "
    "If that is not right, say no on your page.",
    "notice.way-back-confirmed.title": "A new phone?",
    "notice.way-back-confirmed": "A second caseworker said yes to a new way in. "
    "If that is not right, say no on your page.",
}
