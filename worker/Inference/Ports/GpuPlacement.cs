using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Inference.Ports;

/// <summary>Where a model's layers go.</summary>
/// <param name="Layers">Layers on GPUs: 0 for none, -1 for all.</param>
/// <param name="MainGpu">Number of the GPU that holds all of it, when it is not split.</param>
readonly record struct GpuPlacement(int Layers, int MainGpu = 0, GpuSplit Split = GpuSplit.Layer)
{
    public static readonly GpuPlacement Cpu = new(0);

    /// <summary>Refuses a placement that the machine can't provide. The runtimes would use the CPU instead and report nothing.</summary>
    /// <param name="devices">The devices found, in the order in which GPUs are numbered.</param>
    /// <param name="runtime">Which runtime found them: the way out differs.</param>
    /// <exception cref="UserException">A requested GPU is not there.</exception>
    public void Check(IReadOnlyList<InferenceDevice> devices, InferenceRuntime runtime)
    {
        if (Layers == 0) return;
        var gpus = devices.Where(device => device.IsGpu).Select(device => device.Name).ToList();
        if (gpus.Count == 0)
        {
            // LLamaSharp looks for that variable, which CUDA's images set, or for the toolkit's version.json. A driver alone is not enough
            // for it.
            var way = runtime is InferenceRuntime.LLamaSharp
                ? "use a build with its backend (-p:LLamaSharpBackend=Cuda12), install its driver and the CUDA 12 runtime, set the "
                    + "environment's CUDA_VERSION to 12"
                : "use a build of llama.cpp for it (Rebase:Inference:LlamaDirectory), install its driver and the CUDA runtime";
            throw new UserException(ExitCode.ModelUnusable,
                $"Rebase:Inference:GpuLayers is {Layers}, and no GPU was found: {way}, or set GpuLayers to 0");
        }

        if (MainGpu >= gpus.Count)
        {
            throw new UserException(ExitCode.ModelUnusable,
                $"Rebase:Inference:MainGpu is {MainGpu}, and {(gpus.Count == 1 ? "one GPU was" : $"{gpus.Count} GPUs were")} found "
                    + $"({string.Join(", ", gpus.Select((gpu, i) => $"{i} is {gpu}"))}): set it to one of these");
        }
    }
}
