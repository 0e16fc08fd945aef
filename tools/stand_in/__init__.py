"""A payment provider for one's own machine and for tests: Mollie's HTTP API, with pages; moves no money.

Needs only Python. `python -m tools.stand_in --port 8010`, or `./run`, which starts it beside the platform.
"""
