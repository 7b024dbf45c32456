"""`python -m streams.cli`: the command line, where its script is not on the path."""

from streams.cli.main import app

if __name__ == "__main__":
    app()
