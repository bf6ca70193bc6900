using RebaseBatch.Hosting;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>One thing that must be right for the program to work here.</summary>
/// <param name="Name">What is looked at, in two or three words.</param>
/// <param name="Look">Returns what was found; throws, with a sentence, when it is not right.</param>
/// <param name="WayOut">What to do when it is not right.</param>
/// <param name="Code">Exit code when this is the first fault.</param>
sealed record DoctorCheck(string Name, Func<CancellationToken, Task<string>> Look, string WayOut, ExitCode Code)
{
    public DoctorCheck(string name, Func<string> look, string wayOut, ExitCode code) : this(name, _ => Task.FromResult(look()), wayOut, code)
    {
    }

    /// <summary>Looks; every fault becomes a finding.</summary>
    public async Task<DoctorFinding> RunAsync(CancellationToken ct)
    {
        try
        {
            return new(Name, IsOk: true, await Look(ct), WayOut: null, ExitCode.Ok);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return new(Name, IsOk: false, Failure.Of(fault).Sentences, WayOut, Code);
        }
    }
}
