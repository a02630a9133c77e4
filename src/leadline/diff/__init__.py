"""What changed in definitions between two revisions, what it reaches, and by how much numbers move."""
