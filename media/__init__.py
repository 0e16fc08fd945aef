"""Pictures of people, and the store of sealed files; albums and films come with their own step."""
