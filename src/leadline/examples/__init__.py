"""Worked examples: what a definition says that it gives, and what it gives when it is run."""

from leadline.examples.read import Example, examples_of
from leadline.examples.run import Outcome, run_examples

__all__ = ["Example", "Outcome", "examples_of", "run_examples"]
