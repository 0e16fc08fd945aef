"""The books: invoices, credit notes, and a ledger in which everything that comes in comes from somewhere."""
