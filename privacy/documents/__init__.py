"""What is generated from the declarations: each document from the same holdings, none written by hand."""
