using System.CommandLine;
using RebaseBatch.Contracts;

namespace RebaseBatch.Commands.Teams;

/// <summary>The name of a team.</summary>
static class TeamArgument
{
    public static Argument<string> Create()
    {
        var name = new Argument<string>("NAME") { Description = "The team's name, as in 'rebase jobs enqueue --team'." };
        name.Validators.Add(result =>
        {
            if (JobSpec.TeamFault(result.GetValueOrDefault<string>() ?? "") is { } fault) result.AddError($"NAME: {fault}");
        });
        return name;
    }
}
