"""From definitions to text. Pure: a manifest goes in, texts come out; `sync` alone touches files."""
