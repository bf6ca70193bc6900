namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>
/// A file as the Parquet library may read it: the pages that were checked, and no byte behind them. The library reads -1 for ever where a
/// file ends early, so that place is an exception here.
/// </summary>
/// <param name="file">Stays open.</param>
sealed class ParquetWindow(Stream file) : Stream
{
    /// <summary>The first byte that may not be read.</summary>
    public long End { get; set; } = file.Length;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => Seek(value, SeekOrigin.Begin);
    }

    public override int ReadByte() => file.Position < End && file.ReadByte() is >= 0 and var read
        ? read
        : throw new InvalidDataException("a page has no end");

    public override int Read(byte[] buffer, int offset, int count) =>
        file.Read(buffer, offset, (int)Math.Clamp(End - file.Position, 0, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        file.ReadAsync(buffer[..(int)Math.Clamp(End - file.Position, 0, buffer.Length)], cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin)
    {
        var place = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => file.Position + offset, _ => file.Length + offset };
        return place >= 0 && place <= End
            ? file.Seek(place, SeekOrigin.Begin)
            : throw new InvalidDataException("a page lies outside the file");
    }

    public override void Flush() => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
