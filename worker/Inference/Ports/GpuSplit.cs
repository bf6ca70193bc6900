namespace RebaseBatch.Inference.Ports;

/// <summary>How a model is spread over several GPUs.</summary>
enum GpuSplit
{
    /// <summary>All on the main one.</summary>
    None,

    /// <summary>Whole layers and their KV cache to each.</summary>
    Layer,

    /// <summary>Rows of each matrix to each.</summary>
    Row,
}
