using RebaseBatch.Hosting;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;

namespace RebaseBatch.Commands.Diagnosis;

/// <summary>One thing that must be right for the program to work here.</summary>
/// <param name="Name">What is checked, in two or three words.</param>
/// <param name="Check">Returns what it found; throws, with a sentence, if something is wrong.</param>
/// <param name="WayOut">What the user can do if something is wrong, and the fault does not say it.</param>
/// <param name="Code">The exit code if this is the first fault.</param>
sealed record DoctorCheck(string Name, Func<CancellationToken, Task<string>> Check, string WayOut, ExitCode Code)
{
    public DoctorCheck(string name, Func<string> check, string wayOut, ExitCode code)
        : this(name, _ => Task.FromResult(check()), wayOut, code)
    {
    }

    /// <summary>Runs the check; every fault becomes a finding.</summary>
    public async Task<DoctorFinding> RunAsync(CancellationToken ct)
    {
        try
        {
            return new(Name, IsOk: true, await Check(ct), WayOut: null, ExitCode.Ok);
        }
        catch (SchemaException fault)
        {
            return new(Name, IsOk: false, fault.Reason, fault.WayOut, Code);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            return new(Name, IsOk: false, Failure.Of(fault).Sentences, WayOut, Code);
        }
    }
}
