-- A file brought through the admin panel is kept by pieces until it is imported, so that any instance can read it.

CREATE TABLE import_pieces (
    import_id uuid NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    n bigint NOT NULL,
    bytes bytea NOT NULL,
    PRIMARY KEY (import_id, n)
);

-- How many products the check found in the file, and why an import was given up.
ALTER TABLE imports ADD COLUMN n_all bigint NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN note text NOT NULL DEFAULT '';
