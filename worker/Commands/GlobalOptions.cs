using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>The options that every command takes.</summary>
static class GlobalOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder of what the program keeps on this machine: the private database and the results. Short for --set Rebase:DataDirectory=DIR.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Database = new("--database")
    {
        Description = "Npgsql connection string of the database; without one a private server is started. Short for --set Rebase:Database:ConnectionString=CONNECTION.",
        HelpName = "CONNECTION",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting for this run, such as Rebase:Worker:MaxBatches=4; may be repeated. 'rebase config show' lists them all.",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Say more on stderr, with the stack trace of an unexpected fault.",
        Recursive = true,
    };

    static GlobalOptions()
    {
        // An unset variable of a script: taken as "not given" it would work on the default folder or start a server of its own.
        Refuse(Data, "names no folder");
        Refuse(Database, "holds no connection string");

        static void Refuse(Option<string?> option, string fault) => option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && string.IsNullOrWhiteSpace(text)) result.AddError($"{option.Name} {fault}: it is empty.");
        });
    }

    /// <summary>The settings that the command line asks for, in the order in which they hold.</summary>
    public static IEnumerable<string> Assignments(ParseResult parsed)
    {
        foreach (var assignment in parsed.GetValue(Set) ?? []) yield return assignment;
        if (parsed.GetValue(Data) is { } data) yield return $"Rebase:DataDirectory={data}";
        if (parsed.GetValue(Database) is { } database) yield return $"Rebase:Database:ConnectionString={database}";
    }
}
