using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>Brings a remote file here, over as many connections as it takes: what came over one is not asked for again over the next.</summary>
sealed class Download(IRemoteFile remote, RetryPolicy patience, TimeProvider time)
{
    // A file system's block many times over, and little memory.
    const int BufferBytes = 128 * 1024;

    /// <summary>Fetches what the part file lacks of the whole.</summary>
    /// <param name="moved">Called after each bit with the bytes at hand and, when known, in all; and before the first with those at hand already.</param>
    /// <exception cref="UserException">It is not there, may not be read, or does not fit the disk.</exception>
    /// <exception cref="RemoteFaultException">It failed too often in a row; the message names the file.</exception>
    /// <exception cref="IOException">The part file can't be written.</exception>
    public async Task RunAsync(PartFile part, Action<long, long?> moved, CancellationToken ct)
    {
        var faults = 0;
        // A part that lacks nothing is left behind by a crash before it got its name.
        while (!part.IsWhole)
        {
            var before = part.Length;
            try
            {
                await RunOnceAsync(part, moved, ct);
                return;
            }
            catch (RemoteFaultException e)
            {
                // Without a validator all comes anew, and bytes are no progress.
                faults = part.Length > before && part.Validator is not null ? 1 : faults + 1;
                if (faults >= patience.Faults) throw new RemoteFaultException($"{remote.Uri} can't be had after {faults} attempts: {e.Message}", e);
                await Task.Delay(patience.PauseAfter(faults, e.RetryAfter), time, ct);
            }
        }
    }

    async Task RunOnceAsync(PartFile part, Action<long, long?> moved, CancellationToken ct)
    {
        await using var content = await remote.OpenAsync(part.Length, part.Validator, ct);
        if (content.Offset == 0) await part.BeginAsync(remote.Uri.ToString(), content, ct);
        if (content.Length is { } whole && part.RoomFor(whole - part.Length) is { } free)
            throw new UserException(ExitCode.NoPermission, $"{remote.Uri} has {HumanText.Bytes(whole - part.Length)} to come, and there are {HumanText.Bytes(free)} free for it: make room on the disk of {part.Folder}");
        moved(part.Length, content.Length);
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(content.Body, buffer, ct) is > 0 and var read)
        {
            await part.AppendAsync(buffer.AsMemory(0, read), ct);
            moved(part.Length, content.Length);
        }

        if (content.Length is { } length && part.Length != length) throw new RemoteFaultException($"the connection ended after {HumanText.Of(part.Length)} of {HumanText.Of(length)} bytes");
    }

    async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken ct)
    {
        using var stalled = new CancellationTokenSource(patience.Stall, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stalled.Token);
        try
        {
            return await body.ReadAsync(buffer, either.Token);
        }
        catch (Exception) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (Exception e) when (stalled.IsCancellationRequested)
        {
            throw new RemoteFaultException($"no byte came for {patience.Stall.TotalSeconds:0.#} s", e);
        }
        // Whatever a client's stream throws: what is behind it is the network.
        catch (Exception e)
        {
            throw new RemoteFaultException($"the connection broke: {e.Message.Split('\n')[0].TrimEnd()}", e);
        }
    }
}
