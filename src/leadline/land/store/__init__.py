"""Where landed files are kept: rows in the raw contract, originals, quarantine, and the ledger of it all."""
