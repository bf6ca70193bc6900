namespace RebaseBatch.Tests.Support.Watching;

/// <summary>
/// Keeps what is written and calls <paramref name="seen"/> once, as soon as the written text contains <paramref name="text"/>.
/// </summary>
sealed class WatchedWriter(string text, Action seen) : StringWriter
{
    Action? _seen = seen;

    public override void Write(string? value)
    {
        base.Write(value);
        if (ToString().Contains(text, StringComparison.Ordinal)) Interlocked.Exchange(ref _seen, null)?.Invoke();
    }

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));
}
