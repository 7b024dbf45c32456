"""Reading from ClickHouse, through views only: rankings and their detail, for the command line and the board."""
