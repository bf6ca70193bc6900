using RebaseBatch.Benchmarks.Models;
using RebaseBatch.Inference.Ports;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>What one process of <c>engine --pairs</c> measures. It is the only argument of that process, as JSON.</summary>
/// <param name="Repeats">Runs of the searches; their figures are added up.</param>
/// <param name="Policy">Path of the policy.</param>
/// <param name="Reward">Path of the reward model.</param>
sealed record PairedWork(
    InferenceRuntime Runtime, ModelSet Models, int Width, int Repeats, string Policy, string Reward, int Lanes, bool? FlashAttention);
