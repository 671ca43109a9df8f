"""The tables of the state, as the steps that made them: each script leads from one version to the next.

A script that was released is never changed; a new one goes to the end. Two rules let `bot.state.people`
forget a person, and prune, without knowing a table: what is of a person stands in a row with the person's id
in `user_id`, and a row that is to go after a time has the moment it was made in `at`, in seconds since 1970.
"""

_SLACK = """
CREATE TABLE deliveries (
    team TEXT NOT NULL,
    event TEXT,
    channel TEXT,
    ts TEXT,
    at REAL NOT NULL
);
CREATE UNIQUE INDEX deliveries_by_event ON deliveries (team, event) WHERE event IS NOT NULL;
CREATE UNIQUE INDEX deliveries_by_message ON deliveries (team, channel, ts) WHERE ts IS NOT NULL;
CREATE INDEX deliveries_by_time ON deliveries (at);

CREATE TABLE work (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    team TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    taken INTEGER NOT NULL DEFAULT 0,
    until REAL NOT NULL DEFAULT 0,
    begun INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL
);

CREATE TABLE given (
    id TEXT PRIMARY KEY,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    thread TEXT,
    ts TEXT,
    reply TEXT,
    question TEXT NOT NULL,
    read_as TEXT,
    answer BLOB NOT NULL,
    generation INTEGER NOT NULL,
    shared INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    at REAL NOT NULL
);
CREATE INDEX given_by_thread ON given (team, channel, thread, at) WHERE thread IS NOT NULL;
CREATE INDEX given_by_message ON given (team, channel, ts) WHERE ts IS NOT NULL;
CREATE INDEX given_by_person ON given (user_id, at);
CREATE INDEX given_by_time ON given (at);

CREATE TABLE feedback (
    given TEXT NOT NULL REFERENCES given (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL,
    value TEXT NOT NULL CHECK (value IN ('good', 'bad')),
    missing TEXT,
    at REAL NOT NULL,
    PRIMARY KEY (given, user_id)
);
"""

_ONBOARDING = """
CREATE TABLE walks (
    team TEXT NOT NULL,
    user_id TEXT NOT NULL,
    path TEXT NOT NULL,
    stop TEXT NOT NULL DEFAULT '',
    started REAL NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (team, user_id, path)
);

CREATE TABLE stops (
    team TEXT NOT NULL,
    user_id TEXT NOT NULL,
    path TEXT NOT NULL,
    stop TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('read', 'skipped')),
    grade TEXT,
    at REAL NOT NULL,
    PRIMARY KEY (team, user_id, path, stop)
);

CREATE TABLE newcomer_questions (
    team TEXT NOT NULL,
    user_id TEXT NOT NULL,
    question TEXT NOT NULL,
    verdict TEXT NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX newcomer_questions_by_time ON newcomer_questions (at);

CREATE TABLE daily_stops (
    team TEXT NOT NULL,
    user_id TEXT NOT NULL,
    path TEXT NOT NULL,
    hour INTEGER NOT NULL,
    sent TEXT NOT NULL DEFAULT '',
    stop TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL,
    PRIMARY KEY (team, user_id)
);
"""

MIGRATIONS: tuple[str, ...] = (_SLACK, _ONBOARDING)
