"""PRIFORA: a kernel that knows no app, and the assembly that knows them all."""
