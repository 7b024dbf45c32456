-- What notify must know after a kill. Moments are epoch milliseconds UTC.
CREATE TABLE IF NOT EXISTS positions (
    topic TEXT NOT NULL, epoch INTEGER NOT NULL, partition INTEGER NOT NULL,
    next INTEGER NOT NULL, -- offset of the first record that is not in here yet
    PRIMARY KEY (topic, epoch, partition)
) STRICT;
CREATE TABLE IF NOT EXISTS alerts (
    alert_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    change TEXT NOT NULL,
    until INTEGER,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS notices (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    channel TEXT NOT NULL,
    key TEXT NOT NULL, -- idempotency key
    alert_id TEXT, -- null: a digest
    change TEXT NOT NULL,
    ring_at INTEGER NOT NULL,
    raised_ms INTEGER NOT NULL, -- when it came to the topic
    partition INTEGER,
    offset INTEGER,
    payload BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'owed', -- owed, told, dropped, refused
    settled_at INTEGER,
    UNIQUE (channel, key)
) STRICT;
CREATE INDEX IF NOT EXISTS notices_owed ON notices (channel, number) WHERE state = 'owed';
CREATE INDEX IF NOT EXISTS notices_of_alert ON notices (alert_id, channel);
CREATE INDEX IF NOT EXISTS notices_settled ON notices (settled_at) WHERE settled_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS messages (channel TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS messages_of_channel ON messages (channel, at);
