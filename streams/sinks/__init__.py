"""Where rows go: ClickHouse and its memory twin."""
