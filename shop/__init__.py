"""The shop: what is sold, and what becomes of an order. It knows no account, family or station."""
