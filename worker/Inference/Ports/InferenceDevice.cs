namespace RebaseBatch.Inference.Ports;

/// <summary>A device that can decode.</summary>
/// <param name="MemoryBytes">The device's memory; 0 when it does not say.</param>
sealed record InferenceDevice(string Name, string Description, bool IsGpu, long MemoryBytes);
