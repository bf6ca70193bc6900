using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Commands.Jobs;

/// <summary>Does the same to several jobs: one that can't be does not keep the others from it.</summary>
static class EachJob
{
    /// <param name="act">Says what it did to a job.</param>
    /// <returns>The greatest exit code of all.</returns>
    public static async Task<ExitCode> RunAsync(CommandContext context, IEnumerable<long> jobs, Func<long, Task<ExitCode>> act)
    {
        var worst = ExitCode.Ok;
        foreach (var job in jobs)
        {
            ExitCode code;
            try
            {
                code = await act(job);
            }
            // Without a database, and after an interruption, no other job fares better.
            catch (UserException e) when (e.Code is not (ExitCode.DatabaseUnavailable or ExitCode.Interrupted))
            {
                code = Say(context, e);
            }

            if (code > worst) worst = code;
        }

        return worst;
    }

    /// <summary>Says it as the end of a command would.</summary>
    public static ExitCode Say(CommandContext context, UserException fault)
    {
        foreach (var sentence in Failure.Of(fault).Sentences.Split('\n'))
            context.Environment.Error.WriteLine($"rebase: {VisibleText.Line(sentence)}");
        return fault.Code;
    }
}
