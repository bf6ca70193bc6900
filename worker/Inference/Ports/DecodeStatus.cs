namespace RebaseBatch.Inference.Ports;

/// <summary>How a decode call ended.</summary>
enum DecodeStatus
{
    Ok,

    /// <summary>No room for the batch; the cache is as it was before the call.</summary>
    CacheFull,

    /// <summary>The model failed; the batch's sequences were cut back to where they stood before the call.</summary>
    Failed,
}
