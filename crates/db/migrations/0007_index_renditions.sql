-- Blobs are named by what they hold, so what a size of a picture became has to be written down.

CREATE TABLE image_renditions (
    content_key text NOT NULL,
    width bigint NOT NULL,
    format text NOT NULL,
    blob_key text NOT NULL,
    size_bytes bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (content_key, width, format)
);
