-- Per cent right by the number of steps that a problem needs: docs/study.md.
SELECT j.strategy, j.width, j.reward,
    string_agg(a.level || ': ' || a.share, ', ' ORDER BY a.level) AS right_by_steps
FROM (SELECT strategy, width, reward, spec ->> 'score_every' AS g, spec ->> 'lookahead' AS l, array_agg(job_id) AS jobs FROM v_jobs
      WHERE state = 'completed' AND width IN (1, 16) GROUP BY 1, 2, 3, 4, 5 HAVING count(*) IN (1, 5)) j
CROSS JOIN LATERAL (SELECT level, round(100 * avg(correct::int)) AS share FROM v_answers WHERE job_id = ANY (j.jobs) GROUP BY level) a
WHERE g = '1'
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
