using RebaseBatch.Platform.Errors;
using RebaseBatch.Platform.Text;

namespace RebaseBatch.Platform.Remote;

/// <summary>Fetches a remote file over as many connections as needed: a new connection continues where the last one ended.</summary>
sealed class Download(IRemoteFile remote, RetryPolicy retry, TimeProvider time)
{
    // Many blocks of a file system, and still little memory.
    const int BufferBytes = 128 * 1024;

    /// <summary>Fetches the bytes that the part file lacks.</summary>
    /// <param name="moved">Called after each read with the bytes so far and, if known, of the whole file; and once before the first
    /// read.</param>
    /// <exception cref="UserException">It does not exist, may not be read, or does not fit on the disk.</exception>
    /// <exception cref="RemoteFaultException">It failed too often in a row; the message names the file.</exception>
    /// <exception cref="IOException">The part file can't be written.</exception>
    public async Task RunAsync(PartFile part, Action<long, long?> moved, CancellationToken ct)
    {
        var faults = 0;
        // A crash before the file got its name leaves a complete part.
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
                // Without a validator every attempt begins from the start, so new bytes are not progress.
                faults = part.Length > before && part.Validator is not null ? 1 : faults + 1;
                if (faults >= retry.Faults) throw new RemoteFaultException(
                    $"{remote.Uri} can't be fetched after {faults} attempts: {e.Message}", e);
                await Task.Delay(retry.PauseAfter(faults, e.RetryAfter), time, ct);
            }
        }
    }

    async Task RunOnceAsync(PartFile part, Action<long, long?> moved, CancellationToken ct)
    {
        await using var content = await remote.OpenAsync(part.Length, part.Validator, ct);
        if (content.Offset == 0) await part.BeginAsync(remote.Uri.ToString(), content, ct);
        if (content.Length is { } whole && part.RoomFor(whole - part.Length) is { } free)
            throw new UserException(
                ExitCode.NoPermission, $"{remote.Uri} needs {HumanText.Bytes(whole - part.Length)} more, and only " +
                $"{HumanText.Bytes(free)} are free: make room on the disk of {part.Folder}");
        moved(part.Length, content.Length);
        var buffer = new byte[BufferBytes];
        while (await ReadAsync(content.Body, buffer, ct) is > 0 and var read)
        {
            await part.AppendAsync(buffer.AsMemory(0, read), ct);
            moved(part.Length, content.Length);
        }

        if (content.Length is { } length && part.Length != length) throw new RemoteFaultException(
            $"the connection ended after {HumanText.Of(part.Length)} of {HumanText.Of(length)} bytes");
    }

    async Task<int> ReadAsync(Stream body, byte[] buffer, CancellationToken ct)
    {
        using var stalled = new CancellationTokenSource(retry.Stall, time);
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
            throw new RemoteFaultException($"no byte came for {retry.Stall.TotalSeconds:0.#} s", e);
        }
        // Whatever a client's stream throws, the cause is the network.
        catch (Exception e)
        {
            throw new RemoteFaultException($"the connection broke: {e.Message.Split('\n')[0].TrimEnd()}", e);
        }
    }
}
