-- Drawn at random by the worker for each claim. The epoch alone does not tell two holders apart on a server that lost commits: after
-- such a loss it hands out the same number again. Null: nobody holds the batch, or a worker of an earlier version does.
ALTER TABLE batches ADD lease_id uuid;
