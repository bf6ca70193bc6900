using RebaseBatch.Contracts;

namespace RebaseBatch.Benchmarks.Engine;

/// <summary>The work of one row of the table: the searches of one job on two models.</summary>
/// <param name="Name">The models' name in the table.</param>
/// <param name="InFlight">Most searches at once.</param>
sealed record Workload(string Name, JobSpec Spec, IReadOnlyList<string> Questions, int InFlight)
{
    public string Title =>
        $"{Name}, width {Spec.Width}, {Questions.Count} problems, {(InFlight == 1 ? "one at a time" : $"up to {InFlight} at once")}";
}
