using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary>The file of a gate's policy.</summary>
static class GateFile
{
    /// <param name="sweep">The sweep that the policy is for.</param>
    /// <exception cref="UserException">
    /// NotFound: no such file. BadInput: it is no policy, or has a rule that fits no cell of the sweep.
    /// </exception>
    public static async Task<GatePolicy> ReadAsync(CommandContext context, string file, SweepSpec sweep, CancellationToken ct)
    {
        var path = Path.GetFullPath(file, context.Environment.Folder);
        if (!File.Exists(path)) throw new UserException(ExitCode.NotFound, $"there is no gate file {path}");
        var policy = GatePolicyReader.Read(await File.ReadAllTextAsync(path, ct), Path.GetFileName(path));
        GateFit.Check(policy, sweep, Path.GetFileName(path));
        return policy;
    }
}
