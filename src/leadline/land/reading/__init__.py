"""Bytes to tables of text cells, each record with its line; what the cells mean is not known here."""

from leadline.land.reading.read import ReadOptions, read_file
from leadline.land.reading.records import Chunk, Loose
from leadline.land.reading.tables import SourceTable

__all__ = ["Chunk", "Loose", "ReadOptions", "SourceTable", "read_file"]
