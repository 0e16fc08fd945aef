"""MLS as a delivery service sees it (RFC 9420, RFC 9750): strict parsing, and checks that need no secret."""
