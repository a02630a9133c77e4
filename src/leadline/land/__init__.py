"""Files that people export, turned into the raw contract or refused with the reason."""
