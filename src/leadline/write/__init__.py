"""From definitions to text. Pure: a manifest goes in, names and texts come out; `sync` alone touches files."""
