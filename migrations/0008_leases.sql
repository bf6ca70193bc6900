-- Drawn at random by the worker for each claim. The epoch alone does not tell two holders apart on a server that lost commits: after
-- such a loss it hands out the same number again. Null: nobody holds the batch, or a worker of an earlier version does.
ALTER TABLE batches ADD lease_id uuid;

-- How often the batch was given back because the database had lost commits under its holder.
ALTER TABLE batches ADD rewinds integer NOT NULL DEFAULT 0;

-- How often the search's stored steps were deleted because they were no tree that could be continued.
ALTER TABLE searches ADD restarts integer NOT NULL DEFAULT 0;
