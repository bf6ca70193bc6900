using RebaseBatch.Core.Searching;
using RebaseBatch.Inference.Ports;
using RebaseBatch.Inference.Scheduling;
using RebaseBatch.Inference.Steps;

namespace RebaseBatch.Tests.Support.Scripted;

/// <summary>A policy whose step at each node is given.</summary>
/// <param name="step">The text of the step of a node, and how it ends.</param>
sealed class PlannedSteps(ILanguageModel model, Func<int, (string Text, StepEnd End)> step) : IStepSampler
{
    /// <summary>Node and temperature of each sampled step, in order.</summary>
    public List<(int Node, float Temperature)> Sampled { get; } = [];

    public ILanguageModel Model => model;
    public bool IsAlive => true;
    public EngineStatistics Statistics => default;
    public int MaxSequenceTokens => 4096;
    public string LargerContext => "";

    public IReadOnlyList<Task<SampledStep>> Sample(StepRequest request, CancellationToken ct) =>
    [
        .. request.Children.Select(child =>
        {
            Sampled.Add((child.Node, request.Temperature));
            var (text, end) = step(child.Node);
            return Task.FromResult(new SampledStep([5, 6], text, end, 2, default));
        }),
    ];

    public void Assign(long search, IReadOnlyList<Siblings> wave) { }

    public void Retain(long search, IReadOnlySet<int> nodes) { }

    public void Dispose() { }
}
