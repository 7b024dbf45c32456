"""The board under many viewers: `python -m bench.board`."""
