"""The loss curve: what it shows, its items, its words and its menu."""
