"""The books app."""

from django.apps import AppConfig


class BooksConfig(AppConfig):
    """Invoices and the ledger; knows nothing of accounts, families and stations."""

    name = "books"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from books.services import let_go
        from prifora.kernel.sweeps import before_sweep

        before_sweep(let_go)
