using Npgsql;
using RebaseBatch.Migrations;
using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Postgres;

namespace RebaseBatch.Hosting;

/// <summary>What the user sees of an exception: an exit code for scripts and sentences for people.</summary>
/// <param name="Sentences">One per line.</param>
readonly record struct Failure(ExitCode Code, string Sentences)
{
    public static Failure Of(Exception exception) => exception switch
    {
        UserException user => new(user.Code, user.Message),
        // A command that solves in its own process has no other worker to leave the job to.
        MachineFaultException machine => new(
            (machine.InnerException as UserException)?.Code ?? ExitCode.ModelUnusable, machine.Message),
        OperationCanceledException => new(ExitCode.Interrupted, "interrupted"),
        NpgsqlException database when DatabaseFaults.IsUnavailable(database) || DatabaseFaults.IsPassing(database)
            || DatabaseFaults.IsOfDatabase(database) => new(ExitCode.DatabaseUnavailable, DatabaseFaults.Sentence(database)),
        SchemaException => new(ExitCode.DatabaseUnavailable, OneLine(exception.Message)),
        FileNotFoundException or DirectoryNotFoundException => new(ExitCode.NotFound, OneLine(exception.Message)),
        UnauthorizedAccessException or IOException => new(ExitCode.NoPermission, OneLine(exception.Message)),
        _ => new(ExitCode.Unexpected,
            $"unexpected fault, {exception.GetType().Name}: {OneLine(exception.Message)} (--verbose shows the stack trace)"),
    };

    static string OneLine(string text) =>
        string.Join(' ', text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
