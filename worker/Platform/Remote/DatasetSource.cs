using RebaseBatch.Contracts;
using RebaseBatch.Core.Datasets;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Platform.Remote;

/// <summary>Fetches a dataset that a message names.</summary>
/// <exception cref="Errors.UserException">It is not there, may not be read, or is refused; what its code says tells which.</exception>
/// <exception cref="IOException">It can't be had for now.</exception>
delegate Task<Dataset> DatasetSource(DatasetReference reference, CancellationToken ct);
