namespace RebaseBatch.Platform.Errors;

/// <summary>
/// This machine lacks what the work needs: a model, a device, memory, a permission, disk space. The work is not to blame. Its batch goes
/// back uncounted, and this worker leaves such work to others until the lack is over.
/// </summary>
/// <param name="model">
/// The model that this machine can't serve, as jobs name it: then every job that names it is left to others. Null: only the job at hand.
/// </param>
/// <param name="message">What is lacking, why, and the way out: one sentence.</param>
sealed class MachineFaultException(string? model, string message, Exception? inner = null) : Exception(message, inner)
{
    public string? Model { get; } = model;

    /// <summary>Whether the model was asked for as a reward model; otherwise as a policy.</summary>
    public bool IsReward { get; init; }
}
