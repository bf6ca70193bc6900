namespace RebaseBatch.Inference.Loading;

/// <summary>How far a model is on its way through the pool.</summary>
enum ModelSlotState
{
    /// <summary>Its files are being fetched, which may take hours. The download stops when nobody waits for it any more.</summary>
    Fetching,

    /// <summary>
    /// Its files are on this machine and are being loaded, which takes minutes at most. It goes on even when nobody waits.
    /// </summary>
    Loading,

    /// <summary>It is loaded and serves.</summary>
    Ready,

    /// <summary>It was loaded, and its engine has stopped on a fault. The engine never works again.</summary>
    Faulted,

    /// <summary>Its download was stopped because nobody waited for it any more.</summary>
    Abandoned,

    /// <summary>
    /// Its files could not be fetched or loaded. The next batch tries again, because somebody may have repaired the files.
    /// </summary>
    Failed,

    /// <summary>It left the pool while batches used it. The last of them unloads it.</summary>
    Retired,

    /// <summary>It left the pool and nobody uses it: its memory is given back as soon as its loading has ended.</summary>
    Unloading,
}
