-- What both models decoded for the search, so that a job's budget need not scan its nodes.
ALTER TABLE searches ADD device_seconds double precision NOT NULL DEFAULT 0;

UPDATE searches s SET device_seconds = n.seconds
FROM (SELECT problem_id, sum(policy_seconds + reward_seconds) AS seconds FROM nodes GROUP BY problem_id) n
WHERE n.problem_id = s.problem_id;

-- An estimate: the tokens that a search did not sample because its vote was decided.
ALTER TABLE usage ADD saved_tokens bigint NOT NULL DEFAULT 0;
