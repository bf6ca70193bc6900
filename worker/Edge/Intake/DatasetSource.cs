using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;

namespace RebaseBatch.Edge.Intake;

/// <summary>Fetches a dataset that a message names.</summary>
/// <exception cref="Platform.Errors.UserException">It does not exist, may not be read, or is refused; the exit code says which.</exception>
/// <exception cref="IOException">It can't be fetched for now.</exception>
delegate Task<Dataset> DatasetSource(DatasetReference reference, CancellationToken ct);
