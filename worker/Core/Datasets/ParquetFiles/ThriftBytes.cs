namespace RebaseBatch.Core.Datasets.ParquetFiles;

/// <summary>Reads Thrift's compact protocol, in which Parquet writes its footers and page headers, and never past its bytes.</summary>
/// <exception cref="InvalidDataException">
/// Thrown by every method: the bytes end in the middle, or they are not of this protocol.
/// </exception>
ref struct ThriftBytes(ReadOnlySpan<byte> bytes)
{
    readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <returns>False at the end of a struct.</returns>
    /// <param name="id">The previous field's number, 0 for the first field; then this field's number.</param>
    public bool Field(ref int id, out ThriftType type)
    {
        var header = Byte();
        type = (ThriftType)(header & 0xF);
        if (header == 0) return false;
        id = header >> 4 is > 0 and var step ? id + step : (int)Number();
        return true;
    }

    /// <returns>How many items follow. Each has at least one byte, so they fit into the memory.</returns>
    public int List(out ThriftType type)
    {
        var header = Byte();
        type = (ThriftType)(header & 0xF);
        var count = header >> 4 is < 15 and var few ? (ulong)few : VarInt();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw new InvalidDataException("a list has no end");
    }

    /// <summary>An integer of any width.</summary>
    public long Number() => VarInt() is var number ? (long)(number >> 1) ^ -(long)(number & 1) : 0;

    /// <summary>Goes behind a value that has no items or fields.</summary>
    public void SkipScalar(ThriftType type)
    {
        switch (type)
        {
            case ThriftType.True or ThriftType.False: break;
            case ThriftType.Byte: Skip(1); break;
            case ThriftType.Double: Skip(8); break;
            case ThriftType.Binary: Skip(VarInt()); break;
            case ThriftType.I16 or ThriftType.I32 or ThriftType.I64: VarInt(); break;
            default: throw new InvalidDataException($"a value has the type {type}, which is not expected there");
        }
    }

    byte Byte() => Position < _bytes.Length ? _bytes[Position++] : throw new InvalidDataException("the metadata has no end");

    ulong VarInt()
    {
        var number = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return number;
        }
        throw new InvalidDataException("a number has no end");
    }

    void Skip(ulong count)
    {
        if (count > (ulong)(_bytes.Length - Position)) throw new InvalidDataException("the metadata has no end");
        Position += (int)count;
    }
}
