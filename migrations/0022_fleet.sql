-- Tags, by which people find and group jobs and sweeps: an object of texts, empty for a tag without a value. No claim reads them.
ALTER TABLE jobs
    ADD tags         jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object'),
    -- The dataset's whole path, or its address without the query; null when there is no file, and for jobs older than this column.
    ADD dataset_path text;

ALTER TABLE sweeps ADD tags jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tags) = 'object');

-- What a worker says of itself every ten seconds, for people. All null for a worker that has not reported since this script.
ALTER TABLE workers
    ADD host              text,
    ADD process_id        integer,
    ADD version           text,
    -- By the database's clock.
    ADD started_at        timestamptz,
    ADD draining          boolean,
    ADD max_batches       integer,
    -- Sampled policy tokens, over the last half minute.
    ADD tokens_per_second double precision,
    -- Array of {role, model}: the models that are loaded.
    ADD models            jsonb,
    -- What decodes, such as "CUDA0: NVIDIA H200"; empty while nothing is loaded that decodes here.
    ADD devices           text[];
