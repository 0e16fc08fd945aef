"""Questions to Customer Support, and the answers."""
