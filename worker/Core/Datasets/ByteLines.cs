namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The lines of a stream as bytes, one at a time: so bad UTF-8 is found on its own line, and a file of any size needs the memory of
/// one line only. Lines end with \n or \r\n; a byte order mark at the start is skipped.
/// </summary>
/// <param name="longest">Bytes that a line may have.</param>
sealed class ByteLines(Stream stream, int longest) : IRecords
{
    static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    byte[] _buffer = new byte[64 * 1024];
    int _start;
    int _searched;
    int _end;
    bool _atEnd;
    bool _dropped;

    /// <summary>Number of the current line, 1 for the first.</summary>
    public int Number { get; private set; }

    /// <summary>The current line without its end, valid until the next call.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Says so when the line has more bytes than the longest may have; then <see cref="Line"/> is empty.</summary>
    public string? Fault { get; private set; }

    /// <returns>False at the end of the stream. What follows the last line end is a line only if it has bytes.</returns>
    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            var found = _buffer.AsSpan(_searched, _end - _searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                Take(_searched + found, after: _searched + found + 1);
                return true;
            }
            _searched = _end;
            if (_atEnd)
            {
                if (_start == _end && !_dropped) return false;
                Take(_end, after: _end);
                return true;
            }
            await FillAsync(ct);
        }
    }

    void Take(int end, int after)
    {
        var line = _buffer.AsMemory(_start, end - _start);
        if (Number == 0 && line.Span.StartsWith(s_byteOrderMark)) line = line[s_byteOrderMark.Length..];
        if (line.Span is [.., (byte)'\r']) line = line[..^1];
        Fault = _dropped || line.Length > longest ? "the line is longer than 1 MB" : null;
        Line = Fault is null ? line : ReadOnlyMemory<byte>.Empty;
        Number++;
        (_start, _searched, _dropped) = (after, after, false);
    }

    async ValueTask FillAsync(CancellationToken ct)
    {
        // Room for a byte order mark and the line end, which don't count.
        if (_end - _start > longest + s_byteOrderMark.Length + 1)
        {
            _dropped = true;
            _start = _end;
        }
        if (_end == _buffer.Length || _start == _end)
        {
            var kept = _end - _start;
            var target = kept > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
            Buffer.BlockCopy(_buffer, _start, target, 0, kept);
            (_buffer, _start, _searched, _end) = (target, 0, kept, kept);
        }
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), ct);
        _end += read;
        _atEnd = read == 0;
    }
}
