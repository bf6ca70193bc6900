namespace RebaseBatch.Durable.Jobs;

/// <summary>From when on: exactly one of the two is set.</summary>
/// <param name="Seconds">Before now, by the database's clock.</param>
readonly record struct Since(DateTimeOffset? Moment, double? Seconds);
