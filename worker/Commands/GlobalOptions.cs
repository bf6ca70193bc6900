using System.CommandLine;

namespace RebaseBatch.Commands;

/// <summary>The options that every command takes.</summary>
static class GlobalOptions
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder in which the program keeps its data: the private database and the results. Short for --set "
            + "Rebase:DataDirectory=DIR.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static readonly Option<string?> Database = new("--database")
    {
        Description = "Npgsql connection string of the database. Without one, the program starts a private server. Short for --set "
            + "Rebase:Database:ConnectionString=CONNECTION.",
        HelpName = "CONNECTION",
        Recursive = true,
    };

    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "A setting for this run, such as Rebase:Worker:MaxBatches=4. Can be repeated. 'rebase config show' lists all "
            + "settings.",
        HelpName = "KEY=VALUE",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Write more to stderr, and the stack trace of an unexpected fault.",
        Recursive = true,
    };

    static GlobalOptions()
    {
        // Often an unset variable in a script. Taken as "not given", it would use the default folder or start a private server.
        RefuseEmpty(Data, "a folder");
        RefuseEmpty(Database, "a connection string");

        static void RefuseEmpty(Option<string?> option, string kind) => option.Validators.Add(result =>
        {
            if (result.Tokens is [.., { Value: var text }] && string.IsNullOrWhiteSpace(text))
                result.AddError($"{option.Name} takes {kind}, but its value is empty.");
        });
    }

    /// <summary>The settings that the command line gives, later ones over earlier ones.</summary>
    public static IEnumerable<string> Assignments(ParseResult parsed)
    {
        foreach (var assignment in parsed.GetValue(Set) ?? []) yield return assignment;
        if (parsed.GetValue(Data) is { } data) yield return $"Rebase:DataDirectory={data}";
        if (parsed.GetValue(Database) is { } database) yield return $"Rebase:Database:ConnectionString={database}";
    }
}
