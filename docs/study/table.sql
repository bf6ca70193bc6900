-- The table of docs/study.md: the mean of the seeds' accuracies in per cent, and what a problem cost.
SELECT j.strategy, j.width, j.spec ->> 'score_every' AS score_every, j.spec ->> 'annealing' AS annealing, j.spec ->> 'lookahead' AS lookahead,
    j.reward, count(DISTINCT j.job_id) AS jobs,
    round(100 * avg(a.accuracy) FILTER (WHERE a.method = 'majority')::numeric, 1) AS majority,
    round(100 * avg(a.accuracy) FILTER (WHERE a.method = 'weighted' AND a.aggregation = 'last')::numeric, 1) AS weighted,
    round(100 * avg(a.accuracy) FILTER (WHERE a.method = 'best_of_n' AND a.aggregation = 'last')::numeric, 1) AS best_of_n,
    round(avg(c.sampled_tokens_per_problem)::numeric) AS sampled,
    round(avg(c.reward_evaluated_tokens / c.answered)::numeric) AS scored,
    round(avg(c.total_flops_per_problem)::numeric / 1e9, 2) AS total_gflop
FROM v_jobs j JOIN v_accuracy a USING (job_id) JOIN v_cost c USING (job_id)
WHERE j.state = 'completed'
GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY j.width, weighted DESC NULLS LAST
