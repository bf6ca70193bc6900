-- When the search ended; null while it goes on, where it failed, and for searches older than this column. The batch commits the results of
-- all its searches at once, so until then only this says which problems are done.
ALTER TABLE searches ADD ended_at timestamptz;
