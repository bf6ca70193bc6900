using System.Buffers;

namespace RebaseBatch.Core.Datasets;

/// <summary>
/// The items of a file that is one JSON array, in any layout. Only brackets, strings and commas are looked at: a fault in an item is found
/// when the item is parsed, and the items after it are read. Needs the memory of one item.
/// </summary>
/// <param name="longest">Bytes that an item may have.</param>
sealed class JsonArrayItems(Stream stream, int longest) : IRecords
{
    readonly byte[] _buffer = new byte[64 * 1024];
    readonly ArrayBufferWriter<byte> _item = new();
    int _at;
    int _end;
    bool _opened, _closed;

    public int Number { get; private set; }

    public ReadOnlyMemory<byte> Line { get; private set; }

    public string? Fault { get; private set; }

    public async ValueTask<bool> ReadAsync(CancellationToken ct)
    {
        _item.ResetWrittenCount();
        var (depth, inString, escaped, blank, tooLong) = (0, false, false, true, false);
        while (true)
        {
            if (_at == _end)
            {
                (_at, _end) = (0, await stream.ReadAsync(_buffer, ct));
                if (_end == 0) return AtEnd(blank);
            }
            var letter = _buffer[_at++];
            if (!_opened)
            {
                _opened = letter == (byte)'['; // before it are only blanks and a byte order mark
                continue;
            }
            if (!inString && depth == 0 && !_closed && (letter is (byte)',' or (byte)']'))
            {
                _closed = letter == ']';
                if (blank && _closed) continue; // an empty array, or a comma behind the last item
                return Take(tooLong ? "the item is longer than 1 MB" : null);
            }
            if (escaped) escaped = false;
            else if (inString) (escaped, inString) = (letter == '\\', letter != '"');
            else if (letter == '"') inString = true;
            else if (letter is (byte)'{' or (byte)'[') depth++;
            else if (letter is (byte)'}' or (byte)']') depth = Math.Max(0, depth - 1);
            blank &= letter is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';
            if (blank) continue;
            tooLong |= _item.WrittenCount >= longest;
            if (!tooLong && !_closed) _item.Write([letter]);
        }
    }

    bool AtEnd(bool blank)
    {
        if (_closed && blank) return false;
        var fault = _closed ? "text follows the end of the JSON array" : "the JSON array has no end: the file is cut off";
        _closed = true;
        return Take(fault);
    }

    bool Take(string? fault)
    {
        (Number, Fault) = (Number + 1, fault);
        Line = fault is null ? _item.WrittenMemory : ReadOnlyMemory<byte>.Empty;
        return true;
    }
}
