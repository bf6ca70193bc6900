using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Inference.Catalog;
using RebaseBatch.Inference.Loading;
using RebaseBatch.Platform.Files;
using RebaseBatch.Platform.Http;
using RebaseBatch.Platform.Postgres;
using RebaseBatch.Platform.Remote;
using RebaseBatch.Solving;

namespace RebaseBatch.Hosting;

/// <summary>The configuration section <c>Rebase</c>. The names contain the units.</summary>
sealed class RebaseOptions
{
    /// <summary>
    /// Folder of the program's data on this machine; if not set, <see cref="DefaultFolders.Data"/>. Absolute after loading.
    /// </summary>
    public string DataDirectory { get; set; } = "";

    public DatabaseOptions Database { get; set; } = new();

    public BlobOptions Blobs { get; set; } = new();

    public ResultsOptions Results { get; set; } = new();

    public WorkerOptions Worker { get; set; } = new();

    public IntakeOptions Intake { get; set; } = new();

    public InferenceOptions Inference { get; set; } = new();

    public HttpOptions Http { get; set; } = new();

    public Dictionary<string, ModelOptions> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}
