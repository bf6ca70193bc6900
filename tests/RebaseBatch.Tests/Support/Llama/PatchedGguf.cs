using System.Text;

namespace RebaseBatch.Tests.Support.Llama;

/// <summary>Copies a GGUF file with other metadata: entries are removed, and others are added. Weights and tensors stay.</summary>
static class PatchedGguf
{
    const int Alignment = 32;

    /// <param name="set">The new value of each key: a text, a bool or a uint; null removes the key.</param>
    /// <param name="tensors">False leaves out all tensors.</param>
    public static void Write(string from, string to, IReadOnlyDictionary<string, object?> set, bool tensors = true)
    {
        var bytes = File.ReadAllBytes(from);
        using var reader = new BinaryReader(new MemoryStream(bytes));
        reader.BaseStream.Position = 8;
        var (tensorCount, entries) = (reader.ReadUInt64(), reader.ReadUInt64());
        var kept = new MemoryStream();
        var count = 0UL;
        for (var i = 0UL; i < entries; i++)
        {
            var start = (int)reader.BaseStream.Position;
            var key = Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));
            Skip(reader, reader.ReadUInt32());
            if (set.ContainsKey(key)) continue;
            kept.Write(bytes, start, (int)reader.BaseStream.Position - start);
            count++;
        }

        using var writer = new BinaryWriter(kept, Encoding.UTF8, leaveOpen: true);
        foreach (var (key, value) in set)
        {
            if (value is null) continue;
            Text(writer, key);
            Value(writer, value);
            count++;
        }

        var table = (int)reader.BaseStream.Position;
        for (var i = 0UL; i < tensorCount; i++)
        {
            Skip(reader, 8);
            for (var left = reader.ReadUInt32(); left > 0; left--) reader.ReadUInt64();
            reader.ReadBytes(12);
        }

        var end = (int)reader.BaseStream.Position;
        using var file = new BinaryWriter(File.Create(to));
        file.Write(bytes, 0, 8);
        file.Write(tensors ? tensorCount : 0);
        file.Write(count);
        file.Write(kept.ToArray());
        if (tensors) file.Write(bytes, table, end - table);
        while (file.BaseStream.Position % Alignment != 0) file.Write((byte)0);
        var data = (end + Alignment - 1) / Alignment * Alignment;
        if (tensors) file.Write(bytes, data, bytes.Length - data);
    }

    static void Value(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case string text:
                writer.Write(8u);
                Text(writer, text);
                break;
            case bool truth:
                writer.Write(7u);
                writer.Write(truth);
                break;
            case uint number:
                writer.Write(4u);
                writer.Write(number);
                break;
            default:
                throw new ArgumentException($"no GGUF type for {value.GetType()}", nameof(value));
        }
    }

    static void Text(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    static void Skip(BinaryReader reader, uint type)
    {
        if (type == 8)
        {
            reader.ReadBytes((int)reader.ReadUInt64());
            return;
        }

        if (type == 9)
        {
            var element = reader.ReadUInt32();
            for (var left = reader.ReadUInt64(); left > 0; left--) Skip(reader, element);
            return;
        }

        reader.ReadBytes(type switch { 0 or 1 or 7 => 1, 2 or 3 => 2, 10 or 11 or 12 => 8, _ => 4 });
    }
}
