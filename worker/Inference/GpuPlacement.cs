namespace RebaseBatch.Inference;

/// <summary>Where a model's layers go.</summary>
/// <param name="Layers">Layers on GPUs: 0 for none, -1 for all.</param>
/// <param name="MainGpu">Number of the GPU that holds all of it, when it is not split.</param>
readonly record struct GpuPlacement(int Layers, int MainGpu = 0, GpuSplit Split = GpuSplit.Layer)
{
    public static readonly GpuPlacement Cpu = new(0);
}
