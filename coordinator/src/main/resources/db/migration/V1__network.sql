-- Times are milliseconds since 1970, keys 32 raw bytes, lists and host facts JSON text.
-- AUTOINCREMENT: an id is never given twice, because clients key their state by it.

CREATE TABLE users (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  name         TEXT    NOT NULL UNIQUE,
  display_name TEXT    NOT NULL,
  email        TEXT    NOT NULL,
  created_at   INTEGER NOT NULL
) STRICT;

-- Only the hash of the secret is kept. A key with tags makes tagged nodes; its user is then only its maker.
CREATE TABLE pre_auth_keys (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  prefix      TEXT    NOT NULL UNIQUE,
  secret_hash TEXT    NOT NULL,
  user_id     INTEGER REFERENCES users (id) ON DELETE SET NULL,
  reusable    INTEGER NOT NULL CHECK (reusable IN (0, 1)),
  ephemeral   INTEGER NOT NULL CHECK (ephemeral IN (0, 1)),
  used        INTEGER NOT NULL CHECK (used IN (0, 1)),
  tags        TEXT    NOT NULL,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER,
  revoked_at  INTEGER
) STRICT;

-- A node belongs to a user or has tags, never both.
CREATE TABLE nodes (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,
  machine_key     BLOB    NOT NULL CHECK (length(machine_key) = 32),
  node_key        BLOB    NOT NULL UNIQUE CHECK (length(node_key) = 32),
  user_id         INTEGER REFERENCES users (id) ON DELETE RESTRICT,
  tags            TEXT    NOT NULL,
  hostname        TEXT    NOT NULL,
  given_name      TEXT    NOT NULL UNIQUE,
  name_by_admin   INTEGER NOT NULL CHECK (name_by_admin IN (0, 1)),
  ipv4            TEXT    UNIQUE,
  ipv6            TEXT    UNIQUE,
  register_method TEXT    NOT NULL,
  auth_key_id     INTEGER REFERENCES pre_auth_keys (id) ON DELETE SET NULL,
  ephemeral       INTEGER NOT NULL CHECK (ephemeral IN (0, 1)),
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER,
  last_seen       INTEGER,
  disco_key       BLOB    NOT NULL CHECK (length(disco_key) = 32),
  endpoints       TEXT    NOT NULL,
  home_derp       INTEGER NOT NULL,
  host_info       TEXT    NOT NULL,
  cap_version     INTEGER NOT NULL,
  CHECK ((user_id IS NULL) = (tags <> '[]'))
) STRICT;

CREATE INDEX nodes_by_machine ON nodes (machine_key);
