using Npgsql;
using NpgsqlTypes;
using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Durable.Batches;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Durable.Jobs;

/// <summary>Which jobs are listed: those that fit everything that is given.</summary>
sealed record JobFilter
{
    /// <summary>For a query over jobs j with their sums a; <see cref="AddTo"/> gives it its parameters.</summary>
    public const string Condition = $"""
        (@SweepId::bigint IS NULL OR j.job_id IN (SELECT job_id FROM sweep_jobs WHERE sweep_id = @SweepId))
            AND (@Name::text IS NULL OR position(lower(@Name) IN lower(j.spec ->> 'name')) > 0)
            AND {DatasetCondition}
            AND j.tags @> @Tags AND j.tags ?& @Keys
            AND (@States::text[] IS NULL OR {State} = ANY(@States))
            AND (@Since::timestamptz IS NULL OR j.enqueued_at >= @Since)
            AND (@Seconds::double precision IS NULL OR j.enqueued_at >= now() - make_interval(secs => @Seconds))
        """;

    /// <summary>Whether the dataset of job j is the one that is asked for, by name, file name, whole path or address.</summary>
    public const string DatasetCondition = """
        (@Dataset::text IS NULL OR @Dataset IN (j.dataset_name, j.dataset_path)
            OR lower(@Dataset) = lower(regexp_replace(j.dataset_name, @Ending, '\1', 'i')))
        """;

    // As v_jobs.state.
    const string State = $"""
        CASE WHEN j.cancel_requested AND j.state IN {JobStates.Unfinished} THEN 'cancelling'
            WHEN j.paused_at IS NOT NULL AND j.state IN {JobStates.Unfinished} THEN 'paused'
            WHEN j.state = '{JobStates.Completed}' AND a.failed > 0 THEN 'completed_with_failures' ELSE j.state END
        """;

    public static JobFilter All { get; } = new();

    /// <summary>Only the jobs of this sweep, including those that existed before it; null for all.</summary>
    public long? SweepId { get; init; }

    /// <summary>A part of the job's name, without regard to case.</summary>
    public string? Name { get; init; }

    /// <summary>The dataset's name with or without its ending, or its whole path or address.</summary>
    public string? Dataset { get; init; }

    /// <summary>One of these states; empty for any.</summary>
    public IReadOnlyList<ListedState> States { get; init; } = [];

    /// <summary>Each of these tags; one without a value stands for any value.</summary>
    public TagSet Tags { get; init; } = TagSet.None;

    public Since? Since { get; init; }

    /// <summary>Whether it leaves anything out.</summary>
    public bool IsSet => this != All;

    public void AddTo(NpgsqlParameterCollection parameters)
    {
        parameters.Add(new("SweepId", NpgsqlDbType.Bigint) { Value = (object?)SweepId ?? DBNull.Value });
        parameters.Add(new("Name", NpgsqlDbType.Text) { Value = (object?)Name ?? DBNull.Value });
        parameters.Add(new("States", NpgsqlDbType.Array | NpgsqlDbType.Text)
        {
            Value = States.Count == 0 ? DBNull.Value : States.Select(state => InvariantText.Text(state)).ToArray(),
        });
        parameters.Add(new("Dataset", NpgsqlDbType.Text) { Value = (object?)Dataset ?? DBNull.Value });
        parameters.Add(new("Ending", NpgsqlDbType.Text) { Value = DatasetTitle.Ending });
        parameters.Add(new("Tags", NpgsqlDbType.Jsonb) { Value = Tags.Valued.ToJson() });
        parameters.Add(new("Keys", NpgsqlDbType.Array | NpgsqlDbType.Text) { Value = Tags.Bare.ToArray() });
        parameters.Add(new("Since", NpgsqlDbType.TimestampTz) { Value = (object?)Since?.Moment?.ToUniversalTime() ?? DBNull.Value });
        parameters.Add(new("Seconds", NpgsqlDbType.Double) { Value = (object?)Since?.Seconds ?? DBNull.Value });
    }
}
