"""How much PRIFORA is used, in numbers of many people together."""
