using RebaseBatch.Contracts;
using RebaseBatch.Contracts.Gates;
using RebaseBatch.Evaluation.Gates;
using RebaseBatch.Evaluation.Schedules;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Schedules;

/// <summary>The file of a gate's policy.</summary>
static class GateFile
{
    /// <param name="file">A path, or <see cref="InputText.Stdin"/>.</param>
    /// <param name="sweep">The sweep that the policy is for.</param>
    /// <exception cref="UserException">
    /// NotFound: no such file. BadInput: it is no policy, or has a rule that fits no cell of the sweep.
    /// </exception>
    public static async Task<GatePolicy> ReadAsync(CommandContext context, string file, SweepSpec sweep, CancellationToken ct)
    {
        var input = await InputText.ReadAsync(context, file, "gate file", ct);
        var policy = GatePolicyReader.Read(input.Text, input.Name);
        GateFit.Check(policy, sweep, input.Name);
        return policy;
    }
}
