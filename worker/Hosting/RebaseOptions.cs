using RebaseBatch.Durable.Results;
using RebaseBatch.Edge.Intake;
using RebaseBatch.Evaluation.Notifications;
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

    public SourceOptions Sources { get; set; } = new();

    public InferenceOptions Inference { get; set; } = new();

    public HttpOptions Http { get; set; } = new();

    public NotificationOptions Notifications { get; set; } = new();

    public Dictionary<string, ModelOptions> Models { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>From where a worker takes the models that jobs name.</summary>
    public AllowedSources ModelSources() => AllowedSources.Of(
        Sources.Models, IsOwnWork, BlobAccount.Of(Blobs), Sources.Named,
        Models.Values.SelectMany(model => (string[])[model.Path, model.Head ?? "", model.Vocabulary ?? ""]));

    /// <summary>From where a worker takes the datasets that messages name.</summary>
    public AllowedSources DatasetSources() => AllowedSources.Of(Sources.Datasets, IsOwnWork, BlobAccount.Of(Blobs), [], []);

    /// <summary>
    /// Where a worker sends notifications. Without a list that is anywhere on the internet; where nobody but this user can name an address,
    /// it is anywhere.
    /// </summary>
    public AllowedSources NotificationSources() => Sources.Notifications.Length == 0 && IsOwnWork ? AllowedSources.Any
        : AllowedSources.Of(Sources.Notifications, isOwnWork: true, account: null, [], []);

    // The private database is open to this user alone. A worker with an identity has more to lose than what its user can read himself.
    bool IsOwnWork => Database.IsEmbedded && Intake.Kind is IntakeKind.None && !Blobs.IsSet;
}
