-- Stored steps are most of what the tables hold, and nobody reads them after the end: they may be deleted, and answers and usage stay.
-- A search whose steps were deleted says so, so that its usage is not called false.
ALTER TABLE searches ADD nodes_pruned_at timestamptz;

-- When the last portion of the job's steps was deleted. A job that was retried since then ends later than this.
ALTER TABLE jobs ADD nodes_pruned_at timestamptz;

CREATE INDEX jobs_by_end ON jobs (finished_at) WHERE finished_at IS NOT NULL;
