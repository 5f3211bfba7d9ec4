"""The stories: short lists of verbs over a session, checked rows and now."""
