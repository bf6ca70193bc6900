using System.Text;

namespace RebaseBatch.Inference.Gguf;

/// <summary>The head of a GGUF file under construction: counts, metadata, table of tensors.</summary>
sealed class GgufHead
{
    const uint Short = 2, Unsigned = 4, Signed = 5, Single = 6, Boolean = 7, String = 8, Array = 9;
    readonly List<byte[]> _metadata = [], _tensors = [];
    int _tensorCount;

    /// <param name="tensors">0, also without this call: a file of metadata only.</param>
    public void Begin(int tensors) => _tensorCount = tensors;

    public void Number(string key, uint value) => Value(key, Unsigned, writer => writer.Write(value));

    /// <summary>A number of 16 bits without a sign, as those of a split model's parts are.</summary>
    public void Small(string key, ushort value) => Value(key, Short, writer => writer.Write(value));

    public void Integer(string key, int value) => Value(key, Signed, writer => writer.Write(value));

    public void Real(string key, float value) => Value(key, Single, writer => writer.Write(value));

    public void Flag(string key, bool value) => Value(key, Boolean, writer => writer.Write(value));

    public void Text(string key, string value) => Value(key, String, writer => Text(writer, value));

    public void Numbers(string key, int[] values) => Value(key, Array, writer =>
    {
        writer.Write(Signed);
        writer.Write((ulong)values.Length);
        foreach (var value in values) writer.Write(value);
    });

    public void Reals(string key, float[] values) => Value(key, Array, writer =>
    {
        writer.Write(Single);
        writer.Write((ulong)values.Length);
        foreach (var value in values) writer.Write(value);
    });

    public void Texts(string key, string[] values) => Value(key, Array, writer =>
    {
        writer.Write(String);
        writer.Write((ulong)values.Length);
        foreach (var value in values) Text(writer, value);
    });

    /// <param name="rows">0 for a vector.</param>
    public void Tensor(string name, int rows, int columns, int type, ulong offset) => _tensors.Add(Bytes(writer =>
    {
        Text(writer, name);
        writer.Write(rows == 0 ? 1u : 2u);
        // The fastest dimension first.
        writer.Write((ulong)columns);
        if (rows > 0) writer.Write((ulong)rows);
        writer.Write(type);
        writer.Write(offset);
    }));

    /// <summary>Everything before the weights, filled up to the alignment.</summary>
    public byte[] ToArray(int alignment)
    {
        return Bytes(writer =>
        {
            writer.Write("GGUF"u8);
            writer.Write(3u);
            writer.Write((ulong)_tensorCount);
            writer.Write((ulong)_metadata.Count);
            foreach (var part in _metadata.Concat(_tensors)) writer.Write(part);
            while (writer.BaseStream.Position % alignment != 0) writer.Write((byte)0);
        });
    }

    void Value(string key, uint type, Action<BinaryWriter> write) => _metadata.Add(Bytes(writer =>
    {
        Text(writer, key);
        writer.Write(type);
        write(writer);
    }));

    static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }
}
