using Spectre.Console.Rendering;

namespace RebaseBatch.Commands.Jobs;

/// <summary>What <see cref="ProgressTable"/> shows of a job, each as people read it.</summary>
/// <param name="Job">Its number.</param>
/// <param name="Name">Its name and its dataset, behind a space; empty without them.</param>
/// <param name="State">With the time that is left and what there is to say.</param>
sealed record ProgressRow(string Job, string Name, IRenderable Bar, string Problems, string Steps, string Tokens, string State);
