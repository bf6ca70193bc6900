namespace RebaseBatch.Inference.Catalog;

/// <summary>Where a model is served, and how to ask for it.</summary>
sealed record RemoteModel
{
    /// <summary>The replicas' base addresses, at least one, without a path such as <c>/v1</c>.</summary>
    public required IReadOnlyList<Uri> Endpoints { get; init; }

    public required RemoteKind Kind { get; init; }

    /// <summary>The model's name at the server; null takes the only one that the server has.</summary>
    public string? Model { get; init; }

    /// <summary>Sent as a bearer token; null sends none. A secret: no log, error or table may hold it.</summary>
    public string? ApiKey { get; init; }

    /// <summary>
    /// In place of a key, a token of the process's Azure identity for this scope is sent, such as <c>https://ml.azure.com/.default</c>.
    /// </summary>
    public string? IdentityScope { get; init; }

    /// <summary>Number of weights, for FLOPs: no server says it.</summary>
    public required long Parameters { get; init; }

    /// <summary>Most requests in flight to one endpoint.</summary>
    public int MaxConcurrency { get; init; } = 256;

    /// <summary>Longest sequence in tokens; null: as the server says.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The model and where it is, without the key: a record's own text would hold every property.</summary>
    public override string ToString() => $"{Model ?? "the only model"} at {string.Join(", ", Endpoints.Select(Show))}";

    /// <summary>An address as people see it.</summary>
    public static string Show(Uri endpoint) => endpoint.AbsoluteUri.TrimEnd('/');
}
