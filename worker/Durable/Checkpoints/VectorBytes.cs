using System.Buffers.Binary;

namespace RebaseBatch.Durable.Checkpoints;

/// <summary>A node's vector as the column <c>embedding</c> has it: two bytes a number, the lower byte first.</summary>
static class VectorBytes
{
    public static byte[]? Of(Half[]? vector)
    {
        if (vector is null) return null;
        var bytes = new byte[2 * vector.Length];
        for (var i = 0; i < vector.Length; i++) BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * i), vector[i]);
        return bytes;
    }

    public static Half[] Read(ReadOnlySpan<byte> bytes)
    {
        var vector = new Half[bytes.Length / 2];
        for (var i = 0; i < vector.Length; i++) vector[i] = BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
        return vector;
    }
}
