using System.Runtime.CompilerServices;
using RebaseBatch.Edge.Intake;

namespace RebaseBatch.Tests.Support.Intake;

sealed partial class MemoryIntakeQueue : IDeadLetters
{
    readonly List<Entry> _aside = [];

    public IReadOnlyList<(string Id, string Reason, string Detail)> DeadLetters
    {
        get
        {
            lock (_gate) return [.. _aside.Select(entry => (entry.Id, entry.Reason, entry.Detail))];
        }
    }

    /// <summary>As if its window for duplicates had passed.</summary>
    public void ForgetIds()
    {
        lock (_gate) _seen.Clear();
    }

    // One look after another, as the service gives pages: a message that is put aside meanwhile is seen.
    public async IAsyncEnumerable<DeadLetter> PeekAsync([EnumeratorCancellation] CancellationToken ct)
    {
        for (var last = -1L; ;)
        {
            Enter("peek");
            DeadLetter letter;
            lock (_gate)
            {
                if (_aside.Where(entry => entry.Sequence > last).MinBy(entry => entry.Sequence) is not { } entry) yield break;
                letter = Letter(entry, new());
            }
            last = letter.Sequence;
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            yield return letter;
        }
    }

    // Doesn't wait, because no test releases a letter meanwhile.
    public Task<IReadOnlyList<DeadLetter>> ReceiveAsync(int most, TimeSpan wait, CancellationToken ct)
    {
        Enter("receive-aside");
        lock (_gate)
        {
            var free = _aside.Where(entry => entry.LockedUntil <= time.GetUtcNow()).OrderBy(entry => entry.Sequence).Take(most).ToList();
            foreach (var entry in free) (entry.LockedUntil, entry.Lock, entry.Deliveries) =
                (time.GetUtcNow() + lockDuration, new(), entry.Deliveries + 1);
            return Task.FromResult<IReadOnlyList<DeadLetter>>([.. free.Select(entry => Letter(entry, entry.Lock!))]);
        }
    }

    public Task ResendAsync(DeadLetter letter, CancellationToken ct)
    {
        Enter("resend");
        Put(letter.ReplayId, letter.Body, letter.OtherBody, letter.Id);
        return Task.CompletedTask;
    }

    public Task CompleteAsync(DeadLetter letter, CancellationToken ct) =>
        Locked("complete-aside", letter.Id, letter.Handle, _aside, entry => _aside.Remove(entry));

    public Task ReleaseAsync(DeadLetter letter, CancellationToken ct) =>
        Locked("release", letter.Id, letter.Handle, _aside, entry => entry.LockedUntil = DateTimeOffset.MinValue);

    void PutAside(Entry entry, string reason, string detail)
    {
        _entries.Remove(entry);
        (entry.Reason, entry.Detail, entry.LockedUntil, entry.Lock) = (reason, detail, DateTimeOffset.MinValue, null);
        _aside.Add(entry);
    }

    static DeadLetter Letter(Entry entry, object handle) =>
        new(entry.Sequence, entry.Id, entry.Body, entry.EnqueuedAt, entry.Deliveries, entry.Reason, entry.Detail, handle)
        {
            OtherBody = entry.OtherBody,
        };
}
