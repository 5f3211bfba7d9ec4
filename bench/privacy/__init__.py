"""Can the home be found in what a contact ever received? The published attacks, on the real code."""
