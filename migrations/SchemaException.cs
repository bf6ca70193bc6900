namespace RebaseBatch.Migrations;

/// <summary>The database's schema and the program do not match. The message is one sentence that says what to do.</summary>
/// <param name="reason">What is wrong.</param>
/// <param name="wayOut">What the user can do.</param>
public sealed class SchemaException(string reason, string wayOut, Exception? inner = null) : Exception($"{reason}: {wayOut}", inner)
{
    public string Reason => reason;

    public string WayOut => wayOut;
}
