"""What a next release might bring: a table that names people and conversations, and a column that comes and goes."""
