using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace RebaseBatch.Tests.Support.Files;

/// <summary>Writes a safetensors file.</summary>
static class Safetensors
{
    public static void Write(string path, params (string Name, string Type, int[] Shape, float[] Values)[] tensors)
    {
        var data = new MemoryStream();
        var header = new Dictionary<string, object> { ["__metadata__"] = new { format = "pt" } };
        foreach (var (name, type, shape, values) in tensors)
        {
            var begin = data.Length;
            foreach (var value in values) data.Write(Bytes(type, value));
            header[name] = new { dtype = type, shape, data_offsets = new[] { begin, data.Length } };
        }

        var json = JsonSerializer.SerializeToUtf8Bytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. data.ToArray()]);
    }

    public static void WriteRaw(string path, string header, int dataBytes)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        File.WriteAllBytes(path, [.. length, .. json, .. new byte[dataBytes]]);
    }

    static byte[] Bytes(string type, float value) => type switch
    {
        "F32" => BitConverter.GetBytes(value),
        "F16" => BitConverter.GetBytes((Half)value),
        _ => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)),
    };
}
